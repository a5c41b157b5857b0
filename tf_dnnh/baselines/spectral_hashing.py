"""Spectral hashing: thresholded eigenfunctions of a box."""

import numpy as np

from tf_dnnh.baselines.hashing_method import HashingMethod
from tf_dnnh.baselines.projections import principal_axes


class SpectralHashing(HashingMethod):
    """Bits are the signs of cosines along the principal axes.

    The data are assumed to be uniform in a box along their principal axes.
    The eigenfunctions of the Laplacian in a box that vary along one axis only
    are `cos(pi * m * position)`, m = 1, 2, ..., with the position in 0..1;
    their eigenvalues rise with `m / length`. The `bits` lowest are used.

    Reference:
        Weiss, Torralba and Fergus, "Spectral hashing", NIPS 2008.
    """

    def _fit(self, x: np.ndarray, labels: np.ndarray | None) -> None:
        self.mean = x.mean(axis=0)
        centred = x - self.mean
        rank = int(np.linalg.matrix_rank(centred))
        self.axes = principal_axes(centred, min(self.bits, max(rank, 1)))
        positions = centred @ self.axes
        self.low = positions.min(axis=0)
        self.lengths = np.ptp(positions, axis=0)
        self.axis, self.mode = smallest_modes(self.lengths, self.bits)

    def _logits(self, x: np.ndarray) -> np.ndarray:
        positions = ((x - self.mean) @ self.axes - self.low) / self.lengths
        return np.cos(np.pi * self.mode * positions[:, self.axis])


def smallest_modes(
    lengths: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Lists the first eigenfunctions of a box with sides of these lengths.

    Returns the axis of each and its mode, 1 or more, by rising eigenvalue:
    int [count] twice. Equal eigenvalues come in the order of their axes.
    """
    modes = np.arange(1, count + 1)
    frequencies = modes / lengths[:, None]
    order = np.argsort(frequencies, axis=None, kind="stable")[:count]
    axis, mode = np.unravel_index(order, frequencies.shape)
    return axis, modes[mode]
