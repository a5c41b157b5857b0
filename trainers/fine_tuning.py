"""Adapts presets to runs that start from ImageNet weights.

Presets are made for networks that are trained from scratch, on small images.
Pretrained weights need larger images, smaller steps and fewer epochs.
"""

from tf_dnnh import commands
from tf_dnnh.augment_config import AugmentConfig
from trainers.config import Config


def has_imagenet_weights(config: Config) -> bool:
    """Returns whether a run starts from ImageNet weights.

    They are given as `imagenet` or as a file for a backbone that has such
    weights; a `.keras` file is a hashing model of an earlier run.
    """
    weights = config.weights
    if weights in ("none", "imagenet") or weights.endswith(".keras"):
        return weights == "imagenet"
    # Imported here: TensorFlow takes seconds, and is needed for files only.
    commands.import_tensorflow()
    from tf_dnnh.models import BACKBONES

    row = BACKBONES.get(config.backbone)
    return row is not None and row.load_weights is not None


def fine_tuned(config: Config) -> Config:
    """Returns a preset's settings, adapted to ImageNet weights if it has them.

    Args:
        config: the settings for training from scratch.

    Example:
        >>> fine_tuned(Config(weights="imagenet")).trainable
        'last:5'
        >>> fine_tuned(Config()).trainable
        'all'
    """
    if not has_imagenet_weights(config):
        return config
    return config.replace(
        image_size=128,
        load_size=None,
        trainable="last:5",
        backbone_learning_rate=0.5,
        batch_norm="frozen",
        cache_copies=4,
        epochs=30,
        optimizer="adamw",
        schedule="cosine",
        learning_rate=1e-3,
        weight_decay=0.02,
        augmentation=AugmentConfig(
            flip=config.augmentation.flip,
            crop_padding=12,
            contrast=0.3,
            brightness=20.0,
            color=8.0,
            cutout=40,
        ),
    )
