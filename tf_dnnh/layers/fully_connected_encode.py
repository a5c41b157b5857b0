"""The fully connected hashing layer of the paper's ablation."""

from typing import Any

import keras
from keras import ops

from tf_dnnh.layers.encode import Encode


@keras.saving.register_keras_serializable(package="tf_dnnh")
class FullyConnectedEncode(Encode):
    """Encodes each bit from all features, by one fully connected layer.

    The alternative to `DivideAndEncode` in the paper's ablation, with the same
    interface: `s = 1 / (1 + exp(-beta * (features @ kernel + bias)))`.

    Args:
        bits: number of bits.
        beta: steepness of the sigmoid, above 0.
        kernel_initializer: a Keras initializer, or `"paper"` for a Gaussian
            with standard deviation 0.1.
        **kwargs: `name`, `dtype` and other arguments of Keras layers.

    Call arguments:
        features: float tensor [batch, features].
        return_logits: whether to return the logits instead of relaxed codes.

    Returns:
        Relaxed codes, float [batch, bits] in (0, 1). `layer.logits(features)`
        computes the values before `beta` and the sigmoid.

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

    def kernel_shape(self, input_shape: tuple) -> tuple[int, int]:
        """Returns [features, bits]."""
        if len(input_shape) != 2 or input_shape[-1] is None:
            raise ValueError(
                "The input must be [batch, features]. "
                f"Received: input shape={tuple(input_shape)}"
            )
        return (input_shape[-1], self.bits)

    def project(self, features: Any) -> Any:
        """Computes the logits from all features."""
        return ops.matmul(features, self.kernel) + self.bias
