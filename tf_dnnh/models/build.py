"""Builds a hashing model from the name of a backbone."""

from typing import Any

import keras

from tf_dnnh.layers import DivideAndEncode, FullyConnectedEncode
from tf_dnnh.models.backbone import Backbone
from tf_dnnh.models.backbones import BACKBONES
from tf_dnnh.models.hashing_model import HashingModel
from tf_dnnh.models.initializers import seeded

HEADS = ("divide_and_encode", "fully_connected")


def build_hashing_model(
    backbone: str | keras.Model = "nin32",
    bits: int = 48,
    input_shape: tuple[int, int, int] = (32, 32, 3),
    head: str = "divide_and_encode",
    *,
    beta: float = 1.0,
    epsilon: float = 0.5,
    mean: Any = None,
    std: Any = None,
    dropout: float | None = None,
    initializer: str | None = None,
    seed: int | None = None,
    load_size: tuple[int, int] | None = None,
    views: str = "single",
) -> HashingModel:
    """Builds a model from images to codes.

    Args:
        backbone: a name in `BACKBONES`, or a model of your own from normalised
            images to features [batch, features].
        bits: number of bits per code.
        input_shape: (height, width, channels) of the images.
        head: `"divide_and_encode"` (the paper's) or `"fully_connected"`.
        beta: steepness of the sigmoid, above 0.
        epsilon: half the width of the piece-wise threshold's band, in [0, 0.5].
        mean: mean of the pixels in 0..255: a number, one per channel, or a
            mean image; None for the named backbone's, or 127.5.
        std: their standard deviation, in the same form; None for the named
            backbone's, or 127.5, but 1 where the initial weights are the
            paper's, which expect unscaled pixels.
        dropout: fraction dropped in a named backbone; None for its default.
        initializer: initial weights of a named backbone: `"paper"` (the default
            of `nin32` and `nin`), which also covers a divide-and-encode head,
            or a Keras initializer (the default of the others: `"he_normal"`).
        seed: seed of the initial weights and of dropout.
        load_size: (height, width) that images are resized to before they are
            center-cropped; by default the model's image size.
        views: views of an image whose logits are averaged: `"single"`,
            `"mirror"` or `"mirror_and_shifts"`; see `HashingModel`.

    Returns:
        The model, with its weights created.

    Raises:
        ValueError: if `backbone` or `head` is unknown, or an argument is out
            of range.

    Example:
        >>> model = build_hashing_model("nin32", bits=12)
        >>> model.count_params()
        5099165
    """
    _check_names(backbone, head)
    if bits < 1:
        raise ValueError(f"`bits` must be at least 1. Received: bits={bits}")
    # A user's own model never takes the defaults of a named backbone, even if
    # it has the same name.
    row = (
        BACKBONES[backbone]
        if isinstance(backbone, str)
        else Backbone(lambda *_, **options: backbone)
    )
    initializer = initializer or row.initializer
    options = {} if dropout is None else {"dropout": dropout}
    return HashingModel(
        row(bits, input_shape, initializer=initializer, seed=seed, **options),
        _make_head(head, bits, beta, initializer, seed),
        input_shape,
        epsilon=epsilon,
        mean=row.mean if mean is None else mean,
        std=row.std_for(initializer) if std is None else std,
        load_size=load_size,
        views=views,
    )


def _check_names(backbone: str | keras.Model, head: str) -> None:
    if isinstance(backbone, str) and backbone not in BACKBONES:
        raise ValueError(
            f"`backbone` must be one of {', '.join(BACKBONES)}, or a model. "
            f"Received: {backbone!r}"
        )
    if head not in HEADS:
        raise ValueError(
            f"`head` must be one of {', '.join(HEADS)}. Received: {head!r}"
        )


def _make_head(
    head: str, bits: int, beta: float, initializer: str | None, seed: int | None
) -> keras.layers.Layer:
    """Makes the head, in float32 whatever the backbone's dtype policy."""
    kernel = seeded("glorot_uniform", seed, 1000)
    if head == "fully_connected":
        return FullyConnectedEncode(
            bits, beta, kernel, dtype="float32", name="head"
        )
    if initializer == "paper":
        kernel = DivideAndEncode.paper_initializer(seed)
    return DivideAndEncode(bits, beta, kernel, dtype="float32", name="head")
