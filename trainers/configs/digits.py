"""Digits: 1,797 handwritten ones that come with scikit-learn."""

from trainers.config import Config

CONFIG = Config(
    dataset="digits",
    image_size=16,
    backbone="plain_cnn",
    epochs=40,
    margin=2.0,
    crop_padding=1,
    weight_decay=0.02,
)
