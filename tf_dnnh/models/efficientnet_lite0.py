"""EfficientNet-Lite0, a backbone for phones, with ImageNet weights."""

import functools
from collections.abc import Iterator
from typing import Any, NamedTuple

import keras
from keras import layers

from tf_dnnh.models.initializers import kernels
from tf_dnnh.models.shared_layers import bit_features, normalized_convolution


class _Stage(NamedTuple):
    repeats: int
    kernel: int
    stride: int
    expansion: int
    width: int


STAGES = (
    _Stage(1, 3, 1, 1, 16),
    _Stage(2, 3, 2, 6, 24),
    _Stage(2, 5, 2, 6, 40),
    _Stage(3, 3, 2, 6, 80),
    _Stage(3, 5, 1, 6, 112),
    _Stage(4, 5, 2, 6, 192),
    _Stage(1, 3, 1, 6, 320),
)
STEM, TOP = 32, 1280

_convolution = functools.partial(normalized_convolution, momentum=0.99)


def efficientnet_lite0(
    bits: int,
    input_shape: tuple[int, int, int] = (224, 224, 3),
    *,
    dropout: float = 0.2,
    initializer: str = "he_normal",
    seed: int | None = None,
) -> keras.Model:
    """Builds EfficientNet-Lite0; `load_pretrained` loads ImageNet weights.

    Sixteen blocks, `block0` to `block15`: a 1 x 1 convolution that widens (not
    in `block0`), a depthwise and a narrowing 1 x 1 convolution, and a shortcut
    where the shape stays the same. Unlike other EfficientNets, it has ReLU6
    instead of Swish and no squeeze-and-excitation, so that it quantises well.

    Args:
        bits: number of bits per code; each gets 50 features.
        input_shape: (height, width, channels) of the images; the weights were
            trained at 224 x 224 and work from 96 x 96 upwards.
        dropout: fraction dropped before the fully connected layer.
        initializer: name of a Keras initializer.
        seed: seed of the initial weights and of dropout.

    Returns:
        Model from float [batch, height, width, channels] to [batch, 50 * bits]
        features >= 0; 6.4 million parameters at 48 bits, of which 3.4 million
        have ImageNet weights. Those expect (pixels - 127) / 128.

    Example:
        >>> efficientnet_lite0(12, (32, 32, 3)).output_shape
        (None, 600)

    Reference:
        Tan and Le, EfficientNet, ICML 2019, Table 1, in the variant that
        Google published as EfficientNet-Lite in March 2020.
    """
    initializers = kernels(initializer, seed)
    inputs = keras.Input(input_shape, name="image")
    x = _convolution(inputs, STEM, 3, initializers, "stem", strides=2)
    x = _relu6(x, "stem")
    index = 0
    for stage in STAGES:
        for repeat in range(stage.repeats):
            stride = 1 if repeat else stage.stride
            x = _block(x, stage, stride, initializers, f"block{index}")
            index += 1
    x = _relu6(_convolution(x, TOP, 1, initializers, "top"), "top")
    features = bit_features(
        x, bits, dropout, kernels(initializer, seed, 999), seed
    )
    return keras.Model(inputs, features, name="efficientnet_lite0")


def _relu6(x: Any, name: str) -> Any:
    return layers.ReLU(6.0, name=f"{name}_relu")(x)


def _block(
    x: Any,
    stage: _Stage,
    stride: int,
    initializers: Iterator[keras.Initializer],
    name: str,
) -> Any:
    y, narrow = x, x.shape[-1]
    if stage.expansion > 1:
        part, wide = f"{name}_expand", narrow * stage.expansion
        y = _relu6(_convolution(y, wide, 1, initializers, part), part)
    part = f"{name}_depthwise"
    y = _convolution(y, None, stage.kernel, initializers, part, strides=stride)
    y = _relu6(y, part)
    y = _convolution(y, stage.width, 1, initializers, f"{name}_project")
    if stride == 1 and narrow == stage.width:
        y = layers.Add(name=f"{name}_add")([x, y])
    return y
