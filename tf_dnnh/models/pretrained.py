"""Trunks with ImageNet weights: what they take, and where weights are."""

import pathlib
from collections.abc import Callable
from typing import NamedTuple

import keras
from keras import applications

from tf_dnnh.models.applications import application_part
from tf_dnnh.models.efficientnet_weights import (
    imagenet_file,
    load_efficientnet,
)

# ImageNet's mean and deviation of red, green and blue, in 0..255.
_MEAN = (123.675, 116.28, 103.53)
_STD = (58.395, 57.12, 57.375)


class Pretrained(NamedTuple):
    """What pixels a trunk's ImageNet weights take, and who has them.

    Attributes:
        mean: taken from pixels of 0..255, a number or one a channel.
        std: what they are divided by then, likewise.
        application: the function of `keras.applications` that downloads the
            weights; None where they are in a package.
    """

    mean: float | tuple[float, ...]
    std: float | tuple[float, ...]
    application: Callable[..., keras.Model] | None = None


PRETRAINED = {
    "efficientnet_lite0": Pretrained(127.0, 128.0),
    "mobilenet_v3": Pretrained(127.5, 127.5, applications.MobileNetV3Large),
    "efficientnet_v2_b0": Pretrained(
        _MEAN, _STD, applications.EfficientNetV2B0
    ),
    # In Caffe's way, whose weights these are: the mean alone.
    "resnet50": Pretrained(
        (123.68, 116.779, 103.939), 1.0, applications.ResNet50
    ),
    "convnext_tiny": Pretrained(_MEAN, _STD, applications.ConvNeXtTiny),
}


def load_pretrained(
    trunk: keras.Model, weights: str = "imagenet", download: bool = True
) -> None:
    """Gives a trunk weights for all its layers but `features`.

    Args:
        trunk: one of `PRETRAINED`, by its name, of any number of bits.
        weights: `"imagenet"`, or a file of the same weights: a PyTorch file
            for `efficientnet_lite0`, for the others an HDF5 file of the
            network without its classifier, as Keras publishes them
            (`..._notop.h5`) and as `save_weights` writes them.
        download: whether a network may be asked for what is not here.

    Raises:
        ValueError: if the trunk has no such weights, or they cannot be had;
            the message says what to do.

    Example:
        >>> from tf_dnnh.models import efficientnet_lite0
        >>> load_pretrained(efficientnet_lite0(12, (96, 96, 3)))
    """
    if trunk.name not in PRETRAINED:
        raise ValueError(
            f"`weights` of ImageNet exist for {', '.join(PRETRAINED)}. "
            f"Received: {trunk.name}"
        )
    application = PRETRAINED[trunk.name].application
    if application is None:
        path = imagenet_file() if weights == "imagenet" else weights
        load_efficientnet(trunk, pathlib.Path(path))
    else:
        loaded = _built_by_keras(trunk, application, weights, download)
        application_part(trunk).set_weights(loaded.get_weights())


def _built_by_keras(
    trunk: keras.Model,
    application: Callable[..., keras.Model],
    weights: str,
    download: bool,
) -> keras.Model:
    """Builds Keras' own network with the weights, downloaded or of a file."""
    from_file = weights != "imagenet"
    advice = (
        f"give the file of {trunk.name} that ends in _notop.h5, fetched "
        "wherever there is a network"
    )
    if from_file and not pathlib.Path(weights).is_file():
        raise ValueError(f"`weights` must be a file. Received: {weights}")
    if not from_file and not download:
        raise ValueError(
            f"`weights` of {trunk.name} are downloaded, and downloads are "
            f"off; {advice}"
        )
    try:
        return application(
            include_top=False,
            weights=weights,
            input_shape=trunk.input_shape[1:],
        )
    except Exception as error:
        # Keras raises a bare `Exception` where a download fails.
        reason = str(error).strip().splitlines()[0]
        failed = "loaded from " + weights if from_file else "downloaded"
        raise ValueError(
            f"`weights` could not be {failed} ({reason}); {advice}"
        ) from error
