"""Convolution with batch normalisation, the unit of most backbones."""

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
