"""Fashion-MNIST under the same protocol as CIFAR-10.

    python -m trainers.main --dataset=fashion_mnist

Reads the copy of TensorFlow Datasets, the four original files in `--data_dir`,
or those of Debian's package dataset-fashion-mnist.

Expected: MAP 0.839 and 0.855 at 12 and 48 bits, seed 0, and 0.834 and 0.851
over database images that were not trained on, in bfloat16 with TensorFlow 2.21
and Keras 3.15; about eight minutes of processor time each. The settings are
those of CIFAR-10 with weaker augmentation and a shorter schedule.
"""

from tf_dnnh.augment_config import AugmentConfig
from trainers.config import Config
from trainers.fine_tuning import fine_tuned


def preset(backbone: str = "plain_cnn", weights: str = "none") -> Config:
    """Returns the settings for backbone and initial weights."""
    config = Config(
        dataset="fashion_mnist",
        backbone=backbone,
        weights=weights,
        epochs=40,
        margin=2.0,
        weight_decay=0.02,
        augmentation=AugmentConfig(flip=True, crop_padding=2),
    )
    return fine_tuned(config)
