"""Digits: 1,797 handwritten digits that come with scikit-learn.

    python -m trainers.main --dataset=digits

Expected: MAP 0.984 at 48 bits, seed 0 (300 queries against 1,497 images);
docs/results.md has five seeds. Measured with TensorFlow 2.21 and Keras 3.15 on
one CPU core: 30 s of training and 1 s of evaluation, about a minute in all.
"""

from tf_dnnh.augment_config import AugmentConfig
from trainers.config import Config
from trainers.fine_tuning import fine_tuned


def preset(backbone: str = "plain_cnn", weights: str = "none") -> Config:
    """Returns the settings for backbone and initial weights."""
    config = Config(
        dataset="digits",
        image_size=16,
        backbone=backbone,
        weights=weights,
        epochs=40,
        margin=2.0,
        weight_decay=0.02,
        augmentation=AugmentConfig(crop_padding=1),
    )
    return fine_tuned(config)
