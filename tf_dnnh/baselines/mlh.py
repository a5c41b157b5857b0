"""Minimal loss hashing."""

import dataclasses

import numpy as np

from tf_dnnh.baselines.hashing_method import HashingMethod
from tf_dnnh.baselines.label_similarity import LabelSimilarity
from tf_dnnh.baselines.projections import signs

_BATCH = 100
_MOMENTUM = 0.9


@dataclasses.dataclass(eq=False, kw_only=True)
class MLH(HashingMethod):
    """Linear bits that minimise a hinge loss on Hamming distances of pairs.

    The loss of a pair at distance m is `max(0, m - radius + 1)` if it is
    similar and `penalty * max(0, radius - m + 1)` if not. The method descends
    an upper bound of it, as structural support vector machines do: it moves
    towards the pair's codes, and away from the codes whose loss plus
    projection is largest, which sorting the bits finds.

    Args:
        radius: distance that similar pairs should stay below and others
            should exceed; by default `max(1, round(bits / 4))`.
        penalty: weight of the loss of pairs that are not similar.
        steps: number of steps, of 100 pairs each, half of them similar.
        learning_rate: learning rate of the first step; falls linearly to 0.
        decay: weight decay per step, multiplied by the learning rate.

    Reference:
        Norouzi and Fleet, "Minimal loss hashing for compact binary codes",
        ICML 2011.
    """

    needs_labels = True

    radius: int | None = None
    penalty: float = 0.5
    steps: int = 10_000
    learning_rate: float = 1.0
    decay: float = 1e-2

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.radius is None:
            self.radius = max(1, round(self.bits / 4))

    def _fit(self, x: np.ndarray, labels: np.ndarray) -> None:
        rng = np.random.default_rng(self.seed)
        self.mean = x.mean(axis=0)
        x = x - self.mean
        length = np.linalg.norm(x, axis=1).mean()
        x = x / length if length > 0 else x
        weights = rng.normal(size=[x.shape[1], self.bits])
        velocity = np.zeros_like(weights)
        similarity = LabelSimilarity(labels)
        first, second, similar = similarity.draw_pairs(
            min(self.steps * _BATCH, 200_000), rng
        )
        losses = self._losses()
        for step in range(self.steps):
            rows = rng.integers(len(first), size=_BATCH)
            loss = losses[similar[rows].astype(int)]
            gradient = _gradient(weights, x[first[rows]], x[second[rows]], loss)
            rate = self.learning_rate * (1 - step / self.steps)
            velocity = _MOMENTUM * velocity - rate * gradient
            weights = (1 - self.decay * rate) * weights + velocity
        self.weights = weights

    def _losses(self) -> np.ndarray:
        """Returns the losses of other and similar pairs, [2, bits + 1]."""
        assert self.radius is not None
        beyond = np.arange(self.bits + 1) - self.radius
        others = self.penalty * np.maximum(0, 1 - beyond)
        return np.stack([others, np.maximum(0, 1 + beyond)])


def _gradient(
    weights: np.ndarray, a: np.ndarray, b: np.ndarray, losses: np.ndarray
) -> np.ndarray:
    """Returns the gradient [features, bits] of the mean bound of the pairs."""
    of_a, of_b = a @ weights, b @ weights
    worst_a, worst_b = worst_codes(of_a, of_b, losses)
    away = a.T @ (worst_a - signs(of_a)) + b.T @ (worst_b - signs(of_b))
    return away / len(a)


def worst_codes(
    a: np.ndarray, b: np.ndarray, losses: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Finds the codes g and h that maximise `loss + g.a + h.b` for each pair.

    A bit on which g and h agree adds |a + b| at best, one on which they
    differ |a - b|. At a given distance, the bits that lose least by it
    differ; one sort gives the best codes of all distances. The projections a
    and b are [pairs, bits], the losses by distance [pairs, bits + 1], the
    codes of -1 and 1 float [pairs, bits].
    """
    gain = np.abs(a - b) - np.abs(a + b)
    order = np.argsort(-gain, axis=1, kind="stable")
    totals = losses.astype(np.float64)
    totals[:, 1:] += np.cumsum(np.take_along_axis(gain, order, 1), axis=1)
    distance = totals.argmax(axis=1)
    rank = np.argsort(order, axis=1)
    differ = rank < distance[:, None]
    g = signs(np.where(differ, a - b, a + b))
    return g, np.where(differ, -g, g)
