"""Binary reconstructive embeddings."""

import dataclasses

import numpy as np

from tf_dnnh.baselines.hashing_method import HashingMethod
from tf_dnnh.baselines.label_similarity import LabelSimilarity


@dataclasses.dataclass(eq=False, kw_only=True)
class BRE(HashingMethod):
    """Bits whose Hamming distances reproduce given distances.

    Bit p of an item is the sign of a weighted sum of its inner products with
    a few training items; items are centred and of unit length. The weights
    minimise the sum of `(target - Hamming distance / bits) ** 2` over sampled
    pairs: one weight at a time is set to its exact optimum while the others
    stay, since each item's bit flips at one known value of it.

    The targets are 0 for similar pairs and 1 for others; without labels, half
    the squared Euclidean distance, as a share of the largest possible.

    Args:
        anchors: number of training items per bit, drawn for each bit.
        pairs: number of pairs, half of them similar where there are labels.
        sweeps: maximum number of times that every weight is set.

    Reference:
        Kulis and Darrell, "Learning to hash with binary reconstructive
        embeddings", NIPS 2009.
    """

    anchors: int = 50
    pairs: int = 100_000
    sweeps: int = 3

    def _fit(self, x: np.ndarray, labels: np.ndarray | None) -> None:
        rng = np.random.default_rng(self.seed)
        self.mean = x.mean(axis=0)
        x = self._unit(x)
        count = min(self.anchors, len(x))
        chosen = [
            rng.choice(len(x), count, replace=False) for _ in range(self.bits)
        ]
        weights = rng.normal(size=[self.bits, count])
        pairs, targets = self._targets(x, labels, rng)
        kernels = [x @ x[rows].T for rows in chosen]
        ones = np.stack(
            [k @ w >= 0 for k, w in zip(kernels, weights, strict=True)]
        )
        differ = ones[:, pairs[0]] != ones[:, pairs[1]]
        error = differ.sum(axis=0) / self.bits - targets
        for _ in range(self.sweeps):
            before = float(error @ error)
            for bit in rng.permutation(self.bits):
                error -= differ[bit] / self.bits
                differ[bit] = _improve(
                    kernels[bit], weights[bit], pairs, error, self.bits
                )
                error += differ[bit] / self.bits
            if float(error @ error) >= before:
                break
        # The sum over anchors folds into one projection per bit.
        self.weights = np.stack(
            [x[rows].T @ w for rows, w in zip(chosen, weights, strict=True)],
            axis=1,
        )

    def _logits(self, x: np.ndarray) -> np.ndarray:
        return self._unit(x) @ self.weights

    def _unit(self, x: np.ndarray) -> np.ndarray:
        centred = x - self.mean
        length = np.linalg.norm(centred, axis=1, keepdims=True)
        return centred / np.where(length > 0, length, 1.0)

    def _targets(
        self, x: np.ndarray, labels: np.ndarray | None, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """Draws pairs: int [2, pairs] and float [pairs] in 0..1."""
        if labels is not None:
            similarity = LabelSimilarity(labels)
            first, second, similar = similarity.draw_pairs(self.pairs, rng)
            return np.stack([first, second]), 1.0 - similar
        first, shift = rng.integers(
            [[len(x)], [len(x) - 1]], size=[2, self.pairs]
        )
        second = (first + 1 + shift) % len(x)
        # |a - b|^2 / 2 = 1 - a.b, at most 2.
        targets = (1 - np.einsum("ij,ij->i", x[first], x[second])) / 2
        return np.stack([first, second]), targets


def _improve(
    kernel: np.ndarray,
    weights: np.ndarray,
    pairs: np.ndarray,
    error: np.ndarray,
    bits: int,
) -> np.ndarray:
    """Sets the weights of one bit, [anchors], to their optima, one by one.

    The kernel is float [n, anchors]; the error, float [pairs], is the distance
    by the other bits, as a share of `bits`, minus the target. Returns bool
    [pairs], whether the bit now differs.
    """
    # The extra cost if the bit differs.
    costs = 2 * error / bits + 1 / bits**2
    sums = kernel @ weights
    for anchor in range(len(weights)):
        column = kernel[:, anchor]
        rest = sums - weights[anchor] * column
        weight = best_weight(rest, column, pairs, costs, weights[anchor])
        weights[anchor] = weight
        sums = rest + weight * column
    ones = kernel @ weights >= 0
    return ones[pairs[0]] != ones[pairs[1]]


def best_weight(
    rest: np.ndarray,
    column: np.ndarray,
    pairs: np.ndarray,
    costs: np.ndarray,
    present: float,
) -> float:
    """Finds the w that minimises the costs, [pairs], of pairs that differ.

    The bit of item i is `rest[i] + w * column[i] >= 0`. As w rises, it flips
    once, at `-rest[i] / column[i]`; a pair starts or stops differing at the
    flip of either item. One cumulative sum gives the total between any two
    successive flips. The best w is the midpoint of such an interval; the
    present one stays unless another is better.
    """
    moving = np.flatnonzero(column != 0)
    flips = -rest[moving] / column[moving]
    order = np.argsort(flips, kind="stable")
    flips = flips[order]
    # Items that never flip have the last place, which is ignored.
    place = np.full(len(rest), len(flips))
    place[moving[order]] = np.arange(len(flips))
    low = np.where(column != 0, column < 0, rest >= 0)
    first, second = pairs
    change = np.where(low[first] != low[second], -costs, costs)
    earlier = np.minimum(place[first], place[second])
    later = np.maximum(place[first], place[second])
    size = len(flips) + 1
    steps = np.bincount(earlier, change, size) - np.bincount(
        later, change, size
    )
    totals = np.concatenate([[0.0], np.cumsum(steps[:-1])])
    now = int(np.searchsorted(flips, present))
    best = int(totals.argmin())
    tolerance = 1e-9 * np.abs(costs).sum()
    if not len(flips) or totals[best] >= totals[now] - tolerance:
        return present
    if best in (0, len(flips)):
        beyond = max(np.ptp(flips), 1.0)
        return float(flips[0] - beyond if best == 0 else flips[-1] + beyond)
    return float((flips[best - 1] + flips[best]) / 2)
