"""The divide-and-encode module: one slice of the features for each bit."""

from typing import Any

import keras
from keras import ops

from tf_dnnh.layers.encode import Encode


@keras.saving.register_keras_serializable(package="tf_dnnh")
class DivideAndEncode(Encode):
    """Encodes each bit from its own slice of the features.

    The features are divided into `bits` slices of k, and each slice has its own
    unit. Bits that share no feature are less redundant:

    ```
    t[i] = sum_j kernel[i, j] * features[i * k + j] + bias[i]
    s[i] = 1 / (1 + exp(-beta * t[i]))
    ```

    Args:
        bits: number of bits; must divide the number of features.
        beta: steepness of the sigmoid, above 0.
        kernel_initializer: a Keras initializer, or `"paper"` for the Gaussian
            with standard deviation 0.1 that the paper's network starts from.
        **kwargs: `name`, `dtype` and other arguments of Keras layers.

    Call arguments:
        features: float tensor [batch, bits * k].
        return_logits: whether to return t instead of s.

    Returns:
        Relaxed codes s, float [batch, bits] in (0, 1). `layer.logits(features)`
        computes the logits t, whose signs are the bits.

    Raises:
        ValueError: if `bits` or `beta` is not positive, or, at the first call,
            if `bits` does not divide the number of features.

    Example:
        >>> import numpy as np
        >>> layer = DivideAndEncode(bits=2, kernel_initializer="ones")
        >>> features = np.array([[1.0, 2.0, 0.5, -0.5]], "float32")
        >>> layer.logits(features).numpy()
        array([[3., 0.]], dtype=float32)
        >>> layer(features).numpy().round(3)
        array([[0.953, 0.5  ]], dtype=float32)

    Reference:
        Lai et al., CVPR 2015, the divide-and-encode module.
    """

    def kernel_shape(self, input_shape: tuple) -> tuple[int, int]:
        """Returns [bits, k]."""
        features = input_shape[-1]
        if len(input_shape) != 2 or features is None or features % self.bits:
            raise ValueError(
                "`bits` must divide the number of features of an input "
                f"[batch, features]. Received: bits={self.bits}, "
                f"features={features}, input shape={tuple(input_shape)}"
            )
        return (self.bits, features // self.bits)

    def project(self, features: Any) -> Any:
        """Computes t, each bit from its own slice."""
        slices = ops.reshape(features, (-1, *self.kernel.shape))
        return ops.einsum("bsk,sk->bs", slices, self.kernel) + self.bias
