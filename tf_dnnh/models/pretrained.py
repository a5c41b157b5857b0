"""Backbones with ImageNet weights."""

import keras

from tf_dnnh.models.backbones import BACKBONES

PRETRAINED = {
    name: row for name, row in BACKBONES.items() if row.load_weights is not None
}


def load_pretrained(
    backbone: keras.Model, weights: str = "imagenet", download: bool = True
) -> None:
    """Loads ImageNet weights into all layers of a backbone except `features`.

    Args:
        backbone: a model named in `PRETRAINED`, for any number of bits.
        weights: `"imagenet"`, or a file of the same weights: a PyTorch file
            for `efficientnet_lite0`, for the others an HDF5 file of the
            network without its classifier, as Keras publishes it
            (`..._notop.h5`) and `save_weights` writes it.
        download: whether missing weights may be downloaded.

    Raises:
        ValueError: if the backbone has no such weights, or they cannot be
            loaded; the message says what to do.

    Example:
        >>> from tf_dnnh.models import efficientnet_lite0
        >>> load_pretrained(efficientnet_lite0(12, (96, 96, 3)))
    """
    row = BACKBONES.get(backbone.name)
    if row is None or row.load_weights is None:
        known = [name for name, row in BACKBONES.items() if row.load_weights]
        raise ValueError(
            f"`weights` of ImageNet exist for {', '.join(known)}. "
            f"Received: {backbone.name}"
        )
    row.load_weights(backbone, weights, download)
