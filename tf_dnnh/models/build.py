"""Building a hashing model from a few words."""

from typing import Any

import keras

from tf_dnnh.layers import DivideAndEncode, FullyConnectedEncode
from tf_dnnh.models.backbones import BACKBONES
from tf_dnnh.models.hashing_model import HashingModel
from tf_dnnh.models.initializers import seeded
from tf_dnnh.models.pretrained import PRETRAINED, Pretrained

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
) -> HashingModel:
    """Builds a model from images to codes.

    Args:
        backbone: name out of `BACKBONES`, or a model of your own from
            normalised images to features [batch, features].
        bits: number of bits of a code.
        input_shape: (height, width, channels) of the images.
        head: `"divide_and_encode"` (the paper's) or `"fully_connected"`.
        beta: steepness of the sigmoid, above 0.
        epsilon: half the band of the piece-wise threshold, in (0, 0.5].
        mean: mean of the pixels in 0..255, a number, one a channel or a mean
            image; by default 127.5, or what the backbone's ImageNet weights
            take.
        std: their standard deviation likewise; by default the same, but 1
            where the initial weights are the paper's, which suit unscaled
            pixels.
        dropout: share dropped in a named backbone; None for its own default.
        initializer: initial weights: `"paper"` (the default of `nin32` and
            `nin`, trunk and divide-and-encode head) or a Keras initializer
            (default of the others: `"he_normal"`).
        seed: seed of the initial weights and of dropout.
        load_size: (height, width) that pictures are resized to before the
            middle is cut out; by default what the model takes.

    Returns:
        The model, its weights created.

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
    if initializer is None and backbone in ("nin32", "nin"):
        initializer = "paper"
    if isinstance(backbone, str):
        options = {"dropout": dropout, "initializer": initializer}
        chosen = {k: v for k, v in options.items() if v is not None}
        trunk = BACKBONES[backbone](bits, input_shape, seed=seed, **chosen)
    else:
        trunk = backbone
    pixels = PRETRAINED.get(trunk.name, Pretrained(127.5, 127.5))
    if std is None:
        std = 1.0 if initializer == "paper" else pixels.std
    return HashingModel(
        trunk,
        _make_head(head, bits, beta, initializer, seed),
        input_shape,
        epsilon=epsilon,
        mean=pixels.mean if mean is None else mean,
        std=std,
        load_size=load_size,
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
    """Makes the head, in float32 whatever the policy of the trunk."""
    kernel = seeded("glorot_uniform", seed, 1000)
    if head == "fully_connected":
        return FullyConnectedEncode(
            bits, beta, kernel, dtype="float32", name="head"
        )
    if initializer == "paper":
        kernel = DivideAndEncode.paper_initializer(seed)
    return DivideAndEncode(bits, beta, kernel, dtype="float32", name="head")
