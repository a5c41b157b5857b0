"""Layers that most backbones share."""

from collections.abc import Iterator
from typing import Any

import keras
from keras import layers

from tf_dnnh.models.global_batch_normalization import GlobalBatchNormalization


def normalized_convolution(
    x: Any,
    width: int | None,
    kernel: int,
    initializers: Iterator[keras.Initializer],
    name: str,
    *,
    strides: int = 1,
    momentum: float = 0.9,
) -> Any:
    """Adds the convolution `name`, without bias, and batch norm `name_norm`.

    Without a width, the convolution is depthwise.
    """
    options = {
        "strides": strides,
        "padding": "same",
        "use_bias": False,
        "name": name,
    }
    initializer = next(initializers)
    if width is None:
        convolution = layers.DepthwiseConv2D(
            kernel, depthwise_initializer=initializer, **options
        )
    else:
        convolution = layers.Conv2D(
            width, kernel, kernel_initializer=initializer, **options
        )
    x = convolution(x)
    return GlobalBatchNormalization(momentum=momentum, name=f"{name}_norm")(x)


def bit_features(
    maps: Any,
    bits: int,
    dropout: float,
    initializers: Iterator[keras.Initializer],
    seed: int | None,
) -> Any:
    """Adds the last layers: global average pooling and 50 features per bit.

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
