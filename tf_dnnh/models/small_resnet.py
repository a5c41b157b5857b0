"""A thin residual network, fast enough to train without a GPU."""

from typing import Any

import keras
from keras import layers

from tf_dnnh.models.initializers import kernels
from tf_dnnh.models.shared_layers import bit_features, normalized_convolution

# Width of each stage; every stage but the first halves the image.
WIDTHS = (16, 32, 64, 128)


def small_resnet(
    bits: int,
    input_shape: tuple[int, int, int] = (32, 32, 3),
    *,
    dropout: float = 0.2,
    initializer: str = "he_normal",
    seed: int | None = None,
) -> keras.Model:
    """Builds a backbone of four residual blocks, 16-32-64-128 wide.

    The mean over the image comes before the fully connected layer: at every
    position, that layer would cost as much as all the others together.

    Args:
        bits: number of bits per code; each gets 50 features.
        input_shape: (height, width, channels) of the images, at least 8 x 8.
        dropout: fraction dropped before the fully connected layer.
        initializer: name of a Keras initializer.
        seed: seed of the initial weights and of dropout.

    Returns:
        Model from float [batch, height, width, channels] to [batch, 50 * bits]
        features >= 0; 0.6 million parameters at 48 bits.

    Example:
        >>> small_resnet(bits=12, input_shape=(16, 16, 1)).output_shape
        (None, 600)
    """
    initializers = kernels(initializer, seed)

    def conv(x: Any, width: int, kernel: int, stride: int, name: str) -> Any:
        return normalized_convolution(
            x, width, kernel, initializers, name, strides=stride
        )

    inputs = keras.Input(input_shape, name="image")
    x = layers.ReLU(name="stem_relu")(conv(inputs, WIDTHS[0], 3, 1, "stem"))
    for stage, width in enumerate(WIDTHS):
        stride, name = (2 if stage else 1), f"block{stage + 1}"
        y = conv(x, width, 3, stride, f"{name}_conv1")
        y = layers.ReLU(name=f"{name}_relu1")(y)
        y = conv(y, width, 3, 1, f"{name}_conv2")
        if stage:
            x = conv(x, width, 1, stride, f"{name}_shortcut")
        x = layers.ReLU(name=f"{name}_relu2")(layers.Add(name=name)([x, y]))
    features = bit_features(x, bits, dropout, initializers, seed)
    return keras.Model(inputs, features, name="small_resnet")
