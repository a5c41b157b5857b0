"""Your own pictures."""

from trainers.config import Config

CONFIG = Config(
    dataset="image_folder",
    image_size=64,
    epochs=60,
    margin=2.0,
    batch_size=64,
    images_per_class=8,
    weight_decay=0.02,
    flip=True,
    crop_padding=6,
    contrast=0.4,
    brightness=25.0,
    color=12.0,
    cutout=16,
)
