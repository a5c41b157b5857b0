"""CIFAR-10 by the paper's protocol."""

from trainers.config import Config

CONFIG = Config(
    dataset="cifar10",
    validation_fraction=0.05,
    epochs=160,
    margin=4.0,
    loss_reduction="mean_active",
    weight_decay=0.02,
    flip=True,
    crop_padding=4,
    contrast=0.4,
    brightness=25.0,
    color=12.0,
    cutout=12,
)
