"""Supervised hashing with kernels."""

import dataclasses

import numpy as np

from tf_dnnh.baselines.hashing_method import HashingMethod
from tf_dnnh.baselines.label_similarity import LabelSimilarity
from tf_dnnh.baselines.projections import signs

# Kernel directions below this share of the largest are rounding noise.
_NOISE = 1e-10
_SMALLEST_STEP = 1e-12


@dataclasses.dataclass(eq=False, kw_only=True)
class KSH(HashingMethod):
    """Bits of kernel functions whose inner products follow the labels.

    Minimises `||bits * S - H H^T||`, where S is +1 for similar items and -1
    for others and H holds codes of -1 and 1, one bit after the other: each
    maximises `h^T R h` over `h = sign(K a)`, where R is the residue that the
    earlier bits leave of `bits * S`, and K the centred Gaussian kernel between
    the items and a few anchors. Gradient ascent, with `tanh(K a / 2)` for the
    sign, starts from a spectral relaxation, and is kept where its bits are
    better.

    Args:
        anchors: number of training items in the kernel, at most all. The
            authors take 300; 1,000 are better with 5,000 training items.
        iterations: maximum number of gradient steps per bit. More fit the
            training items better, but not other items.

    Reference:
        Liu, Wang, Ji, Jiang and Chang, "Supervised hashing with kernels",
        CVPR 2012.
    """

    needs_labels = True

    anchors: int = 1000
    iterations: int = 10

    def _fit(self, x: np.ndarray, labels: np.ndarray) -> None:
        rng = np.random.default_rng(self.seed)
        count = min(self.anchors, len(x))
        self.centers = x[np.sort(rng.choice(len(x), count, replace=False))]
        distances = squared_distances(x, self.centers)
        self.width = 2 * distances.mean()
        if not self.width > 0:
            raise ValueError("`x` must hold rows that differ")
        kernel = np.exp(-distances / self.width)
        self.mean = kernel.mean(axis=0)
        basis, whitening = _whiten(kernel - self.mean)
        residue = Residue(LabelSimilarity(labels), self.bits)
        weights = []
        for _ in range(self.bits):
            weight = _best_bit(basis, residue, self.iterations)
            residue.take_off(signs(basis @ weight))
            weights.append(whitening @ weight)
        self.weights = np.stack(weights, axis=1)

    def _logits(self, x: np.ndarray) -> np.ndarray:
        distances = squared_distances(x, self.centers)
        return (np.exp(-distances / self.width) - self.mean) @ self.weights


def squared_distances(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Computes squared Euclidean distances [n, m] of [n, d] and [m, d]."""
    products = (x**2).sum(axis=1)[:, None] + (y**2).sum(axis=1) - 2 * x @ y.T
    return np.maximum(products, 0.0)


class Residue:
    """Products with R = bits * S - H H^T, where H holds the bits so far."""

    def __init__(self, similarity: LabelSimilarity, bits: int) -> None:
        self._similarity = similarity
        self._bits = bits
        self._taken = np.empty([len(similarity.group), 0])

    def take_off(self, bit: np.ndarray) -> None:
        """Adds a bit, float [n] of -1 and 1, to H."""
        self._taken = np.column_stack([self._taken, bit])

    def times(self, values: np.ndarray) -> np.ndarray:
        """Returns R @ values, for float [n]."""
        explained = self._taken @ (self._taken.T @ values)
        return self._bits * self._similarity.times(values) - explained

    def within(self, basis: np.ndarray) -> np.ndarray:
        """Returns basis^T R basis, for float [n, directions]."""
        sums = self._similarity.sums(basis)
        taken = self._taken.T @ basis
        similar = sums.T @ self._similarity.between @ sums
        return self._bits * similar - taken.T @ taken


def _whiten(kernel: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns `kernel @ whitening`, of unit variances, and `whitening`."""
    values, vectors = np.linalg.eigh(kernel.T @ kernel)
    kept = values > _NOISE * values[-1]
    whitening = vectors[:, kept] * np.sqrt(len(kernel) / values[kept])
    return kernel @ whitening, whitening


def _best_bit(
    basis: np.ndarray, residue: Residue, iterations: int
) -> np.ndarray:
    """Finds the weights, float [directions], of the next bit."""
    start = np.linalg.eigh(residue.within(basis))[1][:, -1]
    start = start * np.sign(start[np.abs(start).argmax()])

    def agreement(weights: np.ndarray) -> float:
        bit = signs(basis @ weights)
        return float(bit @ residue.times(bit))

    refined = _ascend(basis, residue, start, iterations)
    return max(refined, start, key=agreement)


def _ascend(
    basis: np.ndarray, residue: Residue, start: np.ndarray, iterations: int
) -> np.ndarray:
    """Accelerated gradient ascent on phi^T R phi, phi = tanh(basis a / 2).

    The step is halved until the value rises by half of what the gradient
    predicts; momentum restarts where the value falls.
    """
    scale = 1.0 / len(basis) ** 2

    def value(weights: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        phi = np.tanh(basis @ weights / 2)
        towards = residue.times(phi) * scale
        return float(phi @ towards), phi, towards

    best = point = start
    best_value = value(start)[0]
    step, momentum = 1.0, 1.0
    for _ in range(iterations):
        here, phi, towards = value(point)
        gradient = basis.T @ (towards * (1 - phi**2))
        rise = float(gradient @ gradient)
        while value(point + step * gradient)[0] < here + step * rise / 2:
            step /= 2
            if step * rise < _SMALLEST_STEP:
                return best
        following = point + step * gradient
        following_value = value(following)[0]
        if following_value < best_value:
            point, momentum = best, 1.0
            continue
        grown = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        point = following + (momentum - 1) / grown * (following - best)
        gain = following_value - best_value
        best, best_value, momentum = following, following_value, grown
        step *= 1.5
        if gain < 1e-7 * abs(best_value):
            break
    return best
