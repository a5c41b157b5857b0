"""SVHN under the paper's protocol: 1,000 queries from training and test parts.

    python -m trainers.main --dataset=svhn

No result was measured: the settings are those of CIFAR-10 with a smaller cutout
and without mirroring, which would change digits. The first run downloads the
images.
"""

from trainers.config import Config
from trainers.configs import cifar10
from trainers.fine_tuning import fine_tuned


def preset(
    bits: int = 48, backbone: str = "plain_cnn", weights: str = "none"
) -> Config:
    """Returns the settings for code length, backbone and initial weights."""
    scratch = cifar10.preset(bits, backbone)
    changes = {"augmentation.flip": False, "augmentation.cutout": 8}
    config = scratch.replace(dataset="svhn", weights=weights, **changes)
    return fine_tuned(config)
