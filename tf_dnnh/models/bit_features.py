"""The last layers of most backbones: from maps to the features of every bit."""

from collections.abc import Iterator
from typing import Any

import keras
from keras import layers


def bit_features(
    maps: Any,
    bits: int,
    dropout: float,
    kernels: Iterator[keras.Initializer],
    seed: int | None,
) -> Any:
    """Pools maps over the image and computes 50 features per bit from them.

    Args:
        maps: symbolic tensor [batch, height, width, channels].
        bits: number of bits the features are for.
        dropout: fraction of the pooled values that is dropped in training.
        kernels: yields the initializer of the fully connected layer.
        seed: seed of dropout.

    Returns:
        Symbolic tensor [batch, 50 * bits], >= 0. The layers are named
        `pooled`, `dropout` and `features`.
    """
    x = layers.GlobalAveragePooling2D(name="pooled")(maps)
    x = layers.Dropout(dropout, seed=seed, name="dropout")(x)
    return layers.Dense(
        50 * bits,
        activation="relu",
        kernel_initializer=next(kernels),
        name="features",
    )(x)
