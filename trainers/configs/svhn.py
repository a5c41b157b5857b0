"""SVHN."""

from trainers.config import Config

CONFIG = Config(
    dataset="svhn",
    epochs=120,
    margin=2.0,
    weight_decay=0.02,
    crop_padding=4,
    contrast=0.4,
    brightness=25.0,
    color=12.0,
    cutout=8,
)
