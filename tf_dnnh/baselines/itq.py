"""Iterative quantization."""

import dataclasses
from typing import Any

import numpy as np

from tf_dnnh.baselines.hashing_method import HashingMethod
from tf_dnnh.baselines.projections import (
    principal_axes,
    quantization_rotation,
    random_rotation,
)


@dataclasses.dataclass(eq=False, kw_only=True)
class ITQ(HashingMethod):
    """Principal components, rotated to minimise the quantization error.

    Args:
        bits: length of a code; no more than the features' rank.
        iterations: number of alternating updates of codes and rotation.

    Reference:
        Gong and Lazebnik, "Iterative quantization: a Procrustean approach to
        learning binary codes", CVPR 2011.
    """

    iterations: int = 50

    def _fit(self, x: np.ndarray, labels: Any) -> None:
        rng = np.random.default_rng(self.seed)
        self.mean = x.mean(axis=0)
        directions = self._directions(x - self.mean, labels)
        start = random_rotation(directions.shape[1], self.bits, rng)
        rotation = quantization_rotation(
            (x - self.mean) @ directions, start, self.iterations
        )
        self.weights = directions @ rotation

    def _directions(self, centred: np.ndarray, labels: Any) -> np.ndarray:
        """Returns directions to rotate, float64 [features, at most bits]."""
        return principal_axes(centred, self.bits)
