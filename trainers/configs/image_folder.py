"""Your own pictures: one subfolder a class, or a CSV of paths and labels.

    python -m trainers.main --dataset=image_folder --data_dir=DIR

A start for a few hundred to a few thousand pictures, trained from scratch at
64 x 64. No figure can be promised: with pictures of everyday things, a
backbone with ImageNet weights is the better start, see docs/pretrained.md.
"""

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
