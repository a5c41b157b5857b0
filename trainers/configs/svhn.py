"""SVHN by the paper's protocol: 1,000 queries from training and test part.

    python -m trainers.main --dataset=svhn

Not measured: the settings are CIFAR-10's, without mirroring, which would turn
digits into what they are not. The images are fetched with the first run.
"""

import dataclasses

from trainers.configs import cifar10

CONFIG = dataclasses.replace(
    cifar10.CONFIG, dataset="svhn", flip=False, cutout=8
)
margin = cifar10.margin
