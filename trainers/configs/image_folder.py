"""Your own pictures: one subfolder per class, or a CSV of paths and labels.

    python -m trainers.main --dataset=image_folder --data_dir=DIR

A starting point for a few hundred to a few thousand pictures, trained from
scratch at 64 x 64. The result depends on the pictures. For everyday objects, a
backbone with ImageNet weights is the better choice: see docs/pretrained.md.
"""

from tf_dnnh.augment_config import AugmentConfig
from trainers.config import Config
from trainers.fine_tuning import fine_tuned


def preset(backbone: str = "plain_cnn", weights: str = "none") -> Config:
    """Returns the settings for backbone and initial weights."""
    config = Config(
        dataset="image_folder",
        protocol="holdout",
        image_size=64,
        backbone=backbone,
        weights=weights,
        epochs=60,
        margin=2.0,
        batch_size=64,
        images_per_class=8,
        weight_decay=0.02,
        augmentation=AugmentConfig(
            flip=True,
            crop_padding=6,
            contrast=0.4,
            brightness=25.0,
            color=12.0,
            cutout=16,
        ),
    )
    return fine_tuned(config)
