"""Locality-sensitive hashing: signs of random projections."""

import dataclasses

import numpy as np

from tf_dnnh.baselines.hashing_method import HashingMethod


@dataclasses.dataclass(eq=False, kw_only=True)
class LSH(HashingMethod):
    """Bits are the signs of random projections; only the mean is learnt.

    The expected Hamming distance is `bits * angle / pi`, where the angle is
    that between two vectors as seen from the mean.

    Args:
        center: subtract the mean of the data. Features that are all positive,
            such as GIST, lie in a narrow cone as seen from the origin: most
            bits would be the same for all of them.

    Reference:
        Charikar, "Similarity estimation techniques from rounding
        algorithms", STOC 2002; Gionis, Indyk and Motwani, "Similarity search
        in high dimensions via hashing", VLDB 1999.
    """

    center: bool = True

    def _fit(self, x: np.ndarray, labels: np.ndarray | None) -> None:
        features = x.shape[1]
        self.mean = x.mean(axis=0) if self.center else np.zeros(features)
        rng = np.random.default_rng(self.seed)
        self.weights = rng.normal(size=[features, self.bits])
