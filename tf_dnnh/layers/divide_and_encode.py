"""The divide-and-encode module: one slice of the features for each bit."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="tf_dnnh")
class DivideAndEncode(keras.layers.Layer):
    """Encodes each bit from its own slice of the features.

    The features are divided into `bits` slices of k, and each slice has its own
    unit. Bits that share no feature repeat each other less:

    ```
    t[i] = sum_j kernel[i, j] * features[i * k + j] + bias[i]
    s[i] = 1 / (1 + exp(-beta * t[i]))
    ```

    Args:
        bits: number of bits; must divide the number of features.
        beta: steepness of the sigmoid, above 0.
        kernel_initializer: a Keras initializer, or `"paper"` for the Gaussian
            of deviation 0.1 with which the paper's network starts.
        **kwargs: `name`, `dtype` and the like, as every Keras layer.

    Call arguments:
        features: float tensor [batch, bits * k].

    Returns:
        Relaxed codes, float [batch, bits] in (0, 1). `layer.logits(features)`
        gives the t of the formula, whose sign is the bit.

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
        if kernel_initializer == "paper":
            kernel_initializer = self.paper_initializer()
        self.bits = bits
        self.beta = beta
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    @staticmethod
    def paper_initializer(seed: int | None = None) -> keras.Initializer:
        """Returns the Gaussian that the paper's head starts with."""
        return keras.initializers.RandomNormal(stddev=0.1, seed=seed)

    def build(self, input_shape: tuple) -> None:
        """Creates the weights: kernel [bits, k] and bias [bits]."""
        features = input_shape[-1]
        if len(input_shape) != 2 or features is None or features % self.bits:
            raise ValueError(
                "`bits` must divide the number of features of an input "
                f"[batch, features]. Received: bits={self.bits}, "
                f"features={features}, input shape={tuple(input_shape)}"
            )
        self.kernel = self.add_weight(
            name="kernel",
            shape=(self.bits, features // self.bits),
            initializer=self.kernel_initializer,
        )
        self.bias = self.add_weight(
            name="bias", shape=(self.bits,), initializer="zeros"
        )

    def logits(self, features: Any) -> Any:
        """Returns t [batch, bits], the values before `beta` and the sigmoid."""
        features = ops.cast(features, self.compute_dtype)
        if not self.built:
            self.build(features.shape)
        slices = ops.reshape(features, (-1, *self.kernel.shape))
        kernel = ops.cast(self.kernel, self.compute_dtype)
        bias = ops.cast(self.bias, self.compute_dtype)
        return ops.einsum("bsk,sk->bs", slices, kernel) + bias

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
