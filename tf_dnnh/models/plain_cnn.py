"""A plain 3 x 3 network with batch normalisation."""

import keras
from keras import layers

from tf_dnnh.models.initializers import kernels
from tf_dnnh.models.shared_layers import bit_features, normalized_convolution

# Widths of the convolutions of each stage; stages are separated by pooling.
STAGES = ((32,), (64, 64), (128, 128), (256, 256))


def plain_cnn(
    bits: int,
    input_shape: tuple[int, int, int] = (32, 32, 3),
    *,
    dropout: float = 0.2,
    initializer: str = "he_normal",
    seed: int | None = None,
) -> keras.Model:
    """Builds a backbone of 3 x 3 convolutions that learns from few images.

    32 | pool | 64-64 | pool | 128-128 | pool | 256-256 | mean over the image |
    dropout | fully connected with ReLU.

    Args:
        bits: number of bits per code; each gets 50 features.
        input_shape: (height, width, channels) of the images, at least 8 x 8.
        dropout: fraction dropped before the fully connected layer.
        initializer: name of a Keras initializer.
        seed: seed of the initial weights and of dropout.

    Returns:
        Model from float [batch, height, width, channels] to [batch, 50 * bits]
        features >= 0; 1.8 million parameters at 48 bits.

    Example:
        >>> plain_cnn(bits=12, input_shape=(16, 16, 1)).output_shape
        (None, 600)
    """
    initializers = kernels(initializer, seed)
    inputs = x = keras.Input(input_shape, name="image")
    index = 0
    for stage, widths in enumerate(STAGES):
        if stage:
            x = layers.MaxPooling2D(2, padding="same", name=f"pool{stage}")(x)
        for width in widths:
            index += 1
            name = f"conv{index}"
            x = normalized_convolution(x, width, 3, initializers, name)
            x = layers.ReLU(name=f"{name}_relu")(x)
    features = bit_features(x, bits, dropout, initializers, seed)
    return keras.Model(inputs, features, name="plain_cnn")
