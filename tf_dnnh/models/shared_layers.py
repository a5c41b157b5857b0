"""Layers that most backbones share."""

from collections.abc import Iterator
from typing import Any

import keras
from keras import layers

from tf_dnnh.models.global_batch_normalization import (
    GlobalBatchNormalization,
)


def normalized_convolution(
    x: Any,
    width: int,
    kernel: int,
    initializers: Iterator[keras.Initializer],
    name: str,
    *,
    strides: int = 1,
    momentum: float = 0.9,
) -> Any:
    """Adds a convolution without bias, `name`, and its norm, `name_norm`."""
    x = layers.Conv2D(
        width,
        kernel,
        strides=strides,
        padding="same",
        use_bias=False,
        kernel_initializer=next(initializers),
        name=name,
    )(x)
    return GlobalBatchNormalization(momentum=momentum, name=f"{name}_norm")(x)


def bit_features(
    maps: Any,
    bits: int,
    dropout: float,
    initializers: Iterator[keras.Initializer],
    seed: int | None,
) -> Any:
    """Adds the last layers: the means of the maps, then 50 features per bit.

    Returns a symbolic tensor [batch, 50 * bits], >= 0. The layers are named
    `pooled`, `dropout` and `features`.
    """
    x = layers.GlobalAveragePooling2D(name="pooled")(maps)
    x = layers.Dropout(dropout, seed=seed, name="dropout")(x)
    return layers.Dense(
        50 * bits,
        activation="relu",
        kernel_initializer=next(initializers),
        name="features",
    )(x)
