"""NUS-WIDE, from your own copy of the images.

    python -m trainers.main --dataset=nuswide --data_dir=DIR

No result was measured on the real data set, which cannot be redistributed. On
two CPU cores the preset trains 66 images per second. docs/nuswide.md has the
figures of a drawn miniature, whose protocols are `mini` and `mini81`.
"""

from tf_dnnh.augment_config import AugmentConfig
from tf_dnnh.data.nus_wide.file_names import default_protocol
from trainers.config import Config
from trainers.fine_tuning import fine_tuned


def preset(
    protocol: str | None = None,
    data_dir: str | None = None,
    backbone: str | None = None,
    weights: str = "none",
) -> Config:
    """Returns the settings for protocol, backbone and initial weights.

    Where the list files in `data_dir` name all parts, they are the default.
    """
    protocol = protocol or default_protocol(data_dir)
    if protocol in ("mini", "mini81"):
        config = _miniature(protocol)
    else:
        config = Config(
            dataset="nuswide",
            protocol=protocol,
            backbone="nin",
            image_size=224,
            load_size=256,
            epochs=60,
            batch_size=64,
            optimizer="sgd",
            learning_rate=0.01,
            schedule="step",
            momentum=0.9,
            weight_decay=5e-4,
            augmentation=AugmentConfig(flip=True),
        )
    given = {} if backbone is None else {"backbone": backbone}
    return fine_tuned(config.replace(weights=weights, **given))


def _miniature(protocol: str) -> Config:
    return Config(
        dataset="nuswide",
        protocol=protocol,
        backbone="plain_cnn",
        image_size=48,
        load_size=54,
        epochs=40,
        batch_size=64,
        margin=2.0,
        loss_reduction="mean_nonzero",
        optimizer="adamw",
        learning_rate=2e-3,
        schedule="cosine",
        weight_decay=0.02,
        augmentation=AugmentConfig(flip=True),
    )
