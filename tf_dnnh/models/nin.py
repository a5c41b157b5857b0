"""The paper's Network-in-Network backbones, for large and 32 x 32 images."""

from collections.abc import Callable
from typing import Any

import keras
from keras import layers

from tf_dnnh.models.initializers import NARROW, WIDE, seeded


def nin(
    bits: int,
    input_shape: tuple[int, int, int] = (224, 224, 3),
    *,
    dropout: float = 0.5,
    initializer: str = "paper",
    seed: int | None = None,
) -> keras.Model:
    """Builds the paper's backbone for NUS-WIDE.

    The paper's table starts from 256 x 256 images and continues with 54 x 54
    maps, which implies a crop of 224. Its 5 x 5 convolution is printed with
    stride 2 but keeps 27 x 27, so the stride is 1.

    Args:
        bits: number of bits per code; each gets 50 features.
        input_shape: (height, width, channels), at least 87 per side.
        dropout: fraction dropped after the first and the third pooling; not
            stated in the paper, taken from the released 32 x 32 network.
        initializer: `"paper"` for the Gaussians of the paper's 32 x 32
            network, which suit pixels of 0..255 minus their mean, or the name
            of a Keras initializer.
        seed: seed of the initial weights and of dropout.

    Returns:
        Model from float [batch, height, width, channels] to [batch, 50 * bits]
        features >= 0. With the divide-and-encode head it has 5.91, 6.53, 6.94
        or 7.76 million parameters at 12, 24, 32 or 48 bits.

    Example:
        >>> nin(bits=12).output_shape
        (None, 600)

    Reference:
        Lai et al., CVPR 2015, Table 1.
    """
    conv = _convolutions(initializer, seed)
    inputs = keras.Input(input_shape, name="image")
    x = conv(0, 96, 11, strides=4, padding="valid")(inputs)
    x = conv(1, 96, 1)(x)
    # Pooling 54 to 27 needs padding; 27 to 13 and 13 to 6 must not have it.
    x = layers.MaxPooling2D(3, 2, padding="same", name="pool1")(x)
    x = layers.Dropout(dropout, seed=seed, name="dropout1")(x)
    x = conv(3, 256, 1)(conv(2, 256, 5)(x))
    x = layers.MaxPooling2D(3, 2, name="pool2")(x)
    x = conv(5, 384, 1)(conv(4, 384, 3)(x))
    x = layers.MaxPooling2D(3, 2, name="pool3")(x)
    x = layers.Dropout(dropout, seed=seed, name="dropout2")(x)
    x = conv(7, 50 * bits, 1)(conv(6, 1024, 3)(x))
    x = layers.GlobalAveragePooling2D(name="features")(x)
    return keras.Model(inputs, x, name="nin")


def nin32(
    bits: int,
    input_shape: tuple[int, int, int] = (32, 32, 3),
    *,
    dropout: float = 0.5,
    initializer: str = "paper",
    seed: int | None = None,
) -> keras.Model:
    """Builds the paper's backbone for CIFAR-10 and SVHN.

    Four spatial convolutions, each followed by a 1 x 1 convolution, all with
    ReLU. The last one has a map per feature; the feature is the map's mean.

    Args:
        bits: number of bits per code; each gets 50 features.
        input_shape: (height, width, channels) of the images.
        dropout: fraction dropped after the first and the third pooling.
        initializer: `"paper"` or the name of a Keras initializer, as in `nin`.
        seed: seed of the initial weights and of dropout.

    Returns:
        Model from float [batch, height, width, channels] to [batch, 50 * bits]
        features >= 0. With the divide-and-encode head it has 5.10, 5.71, 6.13
        or 6.95 million parameters at 12, 24, 32 or 48 bits.

    Example:
        >>> nin32(bits=12).output_shape
        (None, 600)

    Reference:
        Lai et al., CVPR 2015, Table 1, in the variant for 32 x 32 images. The
        1 x 1 kernel of the third block is the released network's.
    """
    conv = _convolutions(initializer, seed)
    inputs = keras.Input(input_shape, name="image")
    x = conv(1, 96, 1)(conv(0, 96, 5)(inputs))
    x = layers.MaxPooling2D(3, 2, padding="same", name="pool1")(x)
    x = layers.Dropout(dropout, seed=seed, name="dropout1")(x)
    x = conv(3, 256, 1)(conv(2, 256, 5)(x))
    x = layers.MaxPooling2D(3, 2, padding="same", name="pool2")(x)
    x = conv(5, 384, 1)(conv(4, 384, 1)(x))
    x = layers.AveragePooling2D(3, 2, padding="same", name="pool3")(x)
    x = layers.Dropout(dropout, seed=seed, name="dropout2")(x)
    x = conv(7, 50 * bits, 1)(conv(6, 1024, 3)(x))
    x = layers.GlobalAveragePooling2D(name="features")(x)
    return keras.Model(inputs, x, name="nin32")


def _convolutions(
    initializer: str, seed: int | None
) -> Callable[..., layers.Layer]:
    """Returns a function that makes the paper's convolutions by index.

    It takes the index from 0, the number of filters, the side of the kernel and
    options of `Conv2D`.
    """
    stddevs = [WIDE, WIDE, NARROW, WIDE, NARROW, WIDE, NARROW, WIDE]

    def conv(
        index: int, filters: int, kernel: int, padding: str = "same", **kw: Any
    ) -> layers.Layer:
        return layers.Conv2D(
            filters,
            kernel,
            padding=padding,
            activation="relu",
            kernel_initializer=seeded(initializer, seed, index, stddevs[index]),
            name=f"conv{index + 1}",
            **kw,
        )

    return conv
