"""The base class of the hashing layers."""

from typing import Any

import keras
from keras import ops


class Encode(keras.layers.Layer):
    """Base of the layers that encode features: one logit t for each bit.

    A subclass returns the shape of its kernel from `kernel_shape` and computes
    t in `project`. The relaxed codes are `s = 1 / (1 + exp(-beta * t))`.
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
        """Returns the initializer of the paper's head, a Gaussian."""
        return keras.initializers.RandomNormal(stddev=0.1, seed=seed)

    def build(self, input_shape: tuple) -> None:
        """Creates the weights `kernel` and `bias` [bits]."""
        self.kernel = self.add_weight(
            name="kernel",
            shape=self.kernel_shape(input_shape),
            initializer=self.kernel_initializer,
        )
        self.bias = self.add_weight(
            name="bias", shape=(self.bits,), initializer="zeros"
        )

    def kernel_shape(self, input_shape: tuple) -> tuple[int, int]:
        """Returns the shape of the kernel for features [batch, features]."""
        raise NotImplementedError

    def call(self, features: Any, return_logits: bool = False) -> Any:
        """Computes relaxed codes or logits, float [batch, bits]."""
        logits = self.project(features)
        return logits if return_logits else self.relaxed(logits)

    def project(self, features: Any) -> Any:
        """Computes the logits in the layer's compute dtype."""
        raise NotImplementedError

    def logits(self, features: Any) -> Any:
        """Computes the logits [batch, bits], the values before the sigmoid."""
        return self(features, return_logits=True)

    def relaxed(self, logits: Any) -> Any:
        """Computes relaxed codes from logits, of any shape."""
        return ops.sigmoid(self.beta * logits)

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
