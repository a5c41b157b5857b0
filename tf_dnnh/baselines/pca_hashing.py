"""PCA hashing: signs of the principal components."""

import numpy as np

from tf_dnnh.baselines.hashing_method import HashingMethod
from tf_dnnh.baselines.projections import principal_axes


class PCAHashing(HashingMethod):
    """Bits are the signs of the first principal components.

    Args:
        bits: length of a code; no more than the features' rank.

    Reference:
        Wang, Kumar and Chang, "Semi-supervised hashing for scalable image
        retrieval", CVPR 2010, where it is the unsupervised special case.
    """

    def _fit(self, x: np.ndarray, labels: np.ndarray | None) -> None:
        self.mean = x.mean(axis=0)
        self.weights = principal_axes(x - self.mean, self.bits)
