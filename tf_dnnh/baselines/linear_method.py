"""Methods whose bits are the signs of linear projections."""

import numpy as np

from tf_dnnh.baselines.hashing_method import HashingMethod


class LinearMethod(HashingMethod):
    """Bits are `(x - mean) @ weights >= 0`.

    Attributes:
        mean: float64 [features], what is taken off before projecting.
        weights: float64 [features, bits].
    """

    mean: np.ndarray
    weights: np.ndarray

    def _logits(self, x: np.ndarray) -> np.ndarray:
        return (x - self.mean) @ self.weights
