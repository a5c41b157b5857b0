"""SVHN by the paper's protocol: 1,000 queries from training and test part.

    python -m trainers.main --dataset=svhn

Not measured: the settings are CIFAR-10's, without mirroring, which would turn
digits into what they are not. The images are fetched with the first run.
"""

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
