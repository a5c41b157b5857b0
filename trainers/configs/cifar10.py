"""CIFAR-10."""

from trainers.config import Config

CONFIG = Config(
    dataset="cifar10",
    image_size=32,
    backbone="plain_cnn",
    epochs=120,
    margin=2.0,
    weight_decay=0.02,
    flip=True,
    crop_padding=4,
    contrast=0.4,
    brightness=25.0,
    color=12.0,
    cutout=12,
)
