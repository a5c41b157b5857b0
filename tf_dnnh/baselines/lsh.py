"""Locality-sensitive hashing: signs of random projections."""

import numpy as np

from tf_dnnh.baselines.linear_method import LinearMethod


class LSH(LinearMethod):
    """Bits are the signs of random projections; nothing but the mean is learnt.

    The expected Hamming distance is `bits * angle / pi`, where the angle is
    that between two vectors as seen from the mean.

    Args:
        bits: length of a code.
        seed: of the projections.
        center: look at vectors from the mean of the data. Features that are
            all positive, such as GIST, lie within a narrow cone as seen from
            the origin, and most bits would be the same for all.

    Reference:
        Charikar, "Similarity estimation techniques from rounding
        algorithms", STOC 2002; Gionis, Indyk and Motwani, "Similarity search
        in high dimensions via hashing", VLDB 1999.
    """

    def __init__(self, bits: int, seed: int = 0, *, center: bool = True):
        super().__init__(bits, seed)
        self.center = center

    def _fit(
        self, x: np.ndarray, labels: np.ndarray | None, rng: np.random.Generator
    ) -> None:
        features = x.shape[1]
        self.mean = x.mean(axis=0) if self.center else np.zeros(features)
        self.weights = rng.normal(size=[features, self.bits])
