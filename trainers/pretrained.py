"""What a run with ImageNet weights starts from, instead of a preset's values.

Presets are for networks that learn from nothing, on small images. Weights
that know pictures want larger images, smaller steps and fewer epochs.
"""

from collections.abc import Mapping
from typing import Any

DEFAULTS: dict[str, Any] = {
    "image_size": 128,
    "load_size": None,
    "trainable": "last:5",
    "trunk_learning_rate": 0.5,
    "batch_norm": "frozen",
    "cache_copies": 4,
    "epochs": 30,
    "optimizer": "adamw",
    "schedule": "cosine",
    "learning_rate": 1e-3,
    "weight_decay": 0.02,
    "crop_padding": 12,
    "cutout": 40,
    "contrast": 0.3,
    "brightness": 20.0,
    "color": 8.0,
}


def defaults(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that `--weights=imagenet` sets unless they are given."""
    return dict(DEFAULTS) if changes.get("weights") == "imagenet" else {}
