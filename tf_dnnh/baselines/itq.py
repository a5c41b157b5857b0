"""Iterative quantization."""

import numpy as np

from tf_dnnh.baselines.linear_method import LinearMethod
from tf_dnnh.baselines.projections import (
    principal_axes,
    quantization_rotation,
    random_rotation,
)


class ITQ(LinearMethod):
    """Principal components, rotated to lose least when only signs are kept.

    Args:
        bits: length of a code; no more than the features' rank.
        seed: of the rotation that the iteration starts from.
        iterations: of codes and rotation in turn.

    Reference:
        Gong and Lazebnik, "Iterative quantization: a Procrustean approach to
        learning binary codes", CVPR 2011.
    """

    def __init__(self, bits: int, seed: int = 0, *, iterations: int = 50):
        super().__init__(bits, seed)
        self.iterations = iterations

    def _fit(
        self, x: np.ndarray, labels: np.ndarray | None, rng: np.random.Generator
    ) -> None:
        self.mean = x.mean(axis=0)
        axes = principal_axes(x - self.mean, self.bits)
        rotation = quantization_rotation(
            (x - self.mean) @ axes,
            random_rotation(self.bits, self.bits, rng),
            self.iterations,
        )
        self.weights = axes @ rotation
