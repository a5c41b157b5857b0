"""CIFAR-10 by the paper's protocol: 1,000 queries, 59,000 to search.

    python -m trainers.main --dataset=cifar10 --data_dir=DIR

Expected: MAP 0.632, 0.654, 0.670 and 0.634 at 12, 24, 32 and 48 bits, seed 0
(the paper reports 0.552, 0.566, 0.558 and 0.581). Measured in bfloat16 with
TensorFlow 2.21 and Keras 3.15 on one CPU core a run: 24 minutes of training, 22
seconds of evaluation. Of the training images 4,750 were trained on and 250
chose the epoch. docs/results.md has all runs.
"""

import math

from trainers.config import Config

CONFIG = Config(
    dataset="cifar10",
    validation_fraction=0.05,
    epochs=240,
    loss_reduction="mean_active",
    weight_decay=0.2,
    flip=True,
    crop_padding=4,
    contrast=0.4,
    brightness=25.0,
    color=12.0,
    cutout=12,
)


def margin(bits: int) -> float:
    """4 at 48 bits, 2 at 12: it grows as the spread of a distance does."""
    return round(4.0 * math.sqrt(bits / 48), 2)
