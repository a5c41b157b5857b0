"""The plain hashing layer that the paper compares its module with."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="tf_dnnh")
class FullyConnectedEncode(keras.layers.Layer):
    """Encodes each bit from all features, by one fully connected layer.

    The alternative to `DivideAndEncode` in the paper's ablation, with the same
    interface: `s = 1 / (1 + exp(-beta * (features @ kernel + bias)))`.

    Args:
        bits: number of bits.
        beta: steepness of the sigmoid, above 0.
        kernel_initializer: a Keras initializer.
        **kwargs: `name`, `dtype` and the like, as every Keras layer.

    Call arguments:
        features: float tensor [batch, features].

    Returns:
        Relaxed codes, float [batch, bits] in (0, 1). `layer.logits(features)`
        gives the values before `beta` and the sigmoid.

    Raises:
        ValueError: if `bits` or `beta` is not positive.

    Example:
        >>> import numpy as np
        >>> layer = FullyConnectedEncode(2, kernel_initializer="ones")
        >>> layer.logits(np.array([[1.0, 2.0, -3.5]], "float32")).numpy()
        array([[-0.5, -0.5]], dtype=float32)

    Reference:
        Lai et al., CVPR 2015, the comparison of the divide-and-encode module
        with a fully connected hashing layer.
    """

    def __init__(
        self,
        bits: int,
        beta: float = 1.0,
        kernel_initializer: Any = "glorot_uniform",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if bits < 1:
            raise ValueError(f"`bits` must be at least 1. Received: {bits}")
        if not beta > 0:
            raise ValueError(f"`beta` must be above 0. Received: {beta}")
        self.bits = bits
        self.beta = beta
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape: tuple) -> None:
        """Creates the weights: kernel [features, bits] and bias [bits]."""
        if len(input_shape) != 2 or input_shape[-1] is None:
            raise ValueError(
                "The input must be [batch, features]. "
                f"Received: input shape={tuple(input_shape)}"
            )
        self.kernel = self.add_weight(
            name="kernel",
            shape=(input_shape[-1], self.bits),
            initializer=self.kernel_initializer,
        )
        self.bias = self.add_weight(
            name="bias", shape=(self.bits,), initializer="zeros"
        )

    def logits(self, features: Any) -> Any:
        """Returns the values before `beta` and the sigmoid.

        Args:
            features: float tensor [batch, features].

        Returns:
            Tensor [batch, bits] of the layer's compute type.
        """
        features = ops.cast(features, self.compute_dtype)
        if not self.built:
            self.build(features.shape)
        kernel = ops.cast(self.kernel, self.compute_dtype)
        bias = ops.cast(self.bias, self.compute_dtype)
        return ops.matmul(features, kernel) + bias

    def call(self, features: Any) -> Any:
        """Returns the relaxed codes."""
        return ops.sigmoid(self.beta * self.logits(features))

    def compute_output_shape(self, input_shape: tuple) -> tuple:
        """Returns [batch, bits]."""
        return (input_shape[0], self.bits)

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration."""
        initializer = keras.initializers.serialize(self.kernel_initializer)
        return {
            **super().get_config(),
            "bits": self.bits,
            "beta": self.beta,
            "kernel_initializer": initializer,
        }
