"""A wider network with residual blocks where they are cheap."""

from typing import Any

import keras
from keras import layers

from tf_dnnh.models.initializers import kernels
from tf_dnnh.models.shared_layers import bit_features, normalized_convolution

STEM = 32
# Width of each stage, all of which halve the image, and whether a residual
# block follows.
STAGES = ((64, True), (128, False), (256, True))


def residual_cnn(
    bits: int,
    input_shape: tuple[int, int, int] = (32, 32, 3),
    *,
    dropout: float = 0.2,
    initializer: str = "he_normal",
    seed: int | None = None,
) -> keras.Model:
    """Builds a backbone of 3 x 3 convolutions with two residual blocks.

    32 | 64 | pool | 64-64 + | 128 | pool | 256 | pool | 256-256 + | mean over
    the image | dropout | fully connected with ReLU. An image costs about twice
    as much as with `plain_cnn`.

    Args:
        bits: number of bits per code; each gets 50 features.
        input_shape: (height, width, channels) of the images, at least 8 x 8.
        dropout: fraction dropped before the fully connected layer.
        initializer: name of a Keras initializer.
        seed: seed of the initial weights and of dropout.

    Returns:
        Model from float [batch, height, width, channels] to [batch, 50 * bits]
        features >= 0; 2.3 million parameters at 48 bits.

    Example:
        >>> residual_cnn(bits=12, input_shape=(16, 16, 1)).output_shape
        (None, 600)
    """
    initializers = kernels(initializer, seed)

    def conv(x: Any, width: int, name: str) -> Any:
        return normalized_convolution(x, width, 3, initializers, name)

    inputs = keras.Input(input_shape, name="image")
    x = layers.ReLU(name="stem_relu")(conv(inputs, STEM, "stem"))
    for stage, (width, residual) in enumerate(STAGES):
        name = f"block{stage + 1}"
        x = conv(x, width, f"{name}_conv1")
        # Pooling first: ReLU commutes with it and is then cheaper.
        x = layers.MaxPooling2D(2, padding="same", name=f"{name}_pool")(x)
        x = layers.ReLU(name=f"{name}_relu1")(x)
        if residual:
            y = layers.ReLU(name=f"{name}_relu2")(
                conv(x, width, f"{name}_conv2")
            )
            y = layers.ReLU(name=f"{name}_relu3")(
                conv(y, width, f"{name}_conv3")
            )
            x = layers.Add(name=f"{name}_sum")([x, y])
    features = bit_features(x, bits, dropout, initializers, seed)
    return keras.Model(inputs, features, name="residual_cnn")
