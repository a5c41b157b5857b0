"""Triplet mining within a batch: pure functions of distances and masks.

A triplet is an anchor i, a positive j (similar to i, not i itself) and a
negative k (not similar to i); its hinge is

```
max(0, d[i, j] - d[i, k] + margin)
```

All mining functions take the same arguments, and return a `Mined`:

- distances: the d of the formula, float32 tensor [batch, batch];
- positives: boolean tensor [batch, batch], true in row i for each j;
- negatives: boolean tensor [batch, batch], true in row i for each k;
- margin: the margin of the hinge.

An anchor without a positive or without a negative has no triplets.

All run in O(batch^2) memory and O(batch^2 log batch) time.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import keras
from keras import ops

from tf_dnnh.keras_internals import FixedSeed
from tf_dnnh.losses.pairs import similarity_masks, squared_distances


class Mined(NamedTuple):
    """The mined triplets, summed per anchor: three float32 tensors [batch].

    Attributes:
        hinge: sum of the hinges of the anchor's triplets, >= 0.
        active: number of its triplets whose hinge is above 0.
        triplets: number of its triplets.
    """

    hinge: Any
    active: Any
    triplets: Any

    def normalizer(self, reduction: str) -> Any:
        """Returns the number of triplets to average over, at least 1.

        `"mean"` counts all, `"mean_nonzero"` those whose hinge is above 0.
        """
        count = self.active if reduction == "mean_nonzero" else self.triplets
        return ops.maximum(ops.sum(count), 1.0)


def batch_all(
    distances: Any, positives: Any, negatives: Any, margin: float
) -> Mined:
    """Takes every triplet of the batch.

    The sum of an anchor's active hinges is linear in its distances, each
    weighted by the number of active triplets it is in, with a minus sign for
    negatives. Sorting yields these numbers without listing the triplets.

    Reference:
        Hermans et al., In Defense of the Triplet Loss, 2017: "batch all".
    """
    farther, nearer = _active_counts(distances, positives, negatives, margin)
    weights = ops.cast(
        ops.where(positives, farther, 0) - ops.where(negatives, nearer, 0),
        "float32",
    )
    active = ops.cast(
        ops.sum(ops.where(positives, farther, 0), axis=1), "float32"
    )
    # The weights of an anchor add up to zero, so any constant may be subtracted
    # from its distances; their mean keeps the terms, and their rounding, small.
    offset = ops.stop_gradient(ops.mean(distances, axis=1, keepdims=True))
    hinge = ops.sum(weights * (distances - offset), axis=1) + margin * active
    return Mined(hinge, active, _count(positives) * _count(negatives))


def random(
    distances: Any,
    positives: Any,
    negatives: Any,
    margin: float,
    seed: Any = None,
) -> Mined:
    """Draws one positive and one negative for each anchor, as the paper does.

    The seed is an int, a `keras.random.SeedGenerator`, or an int32 tensor [2]
    that fixes the draw; None draws from Keras' global generator.
    """
    if not isinstance(seed, int | keras.random.SeedGenerator | None):
        seed = FixedSeed(seed)
    size = ops.shape(distances)[0]
    draws = keras.random.uniform((2, size, size), seed=seed)
    chosen = (
        ops.argmax(ops.where(positives, draws[0], -1.0), axis=1),
        ops.argmax(ops.where(negatives, draws[1], -1.0), axis=1),
    )
    return _one_per_anchor(distances, positives, negatives, margin, chosen)


def batch_hard(
    distances: Any, positives: Any, negatives: Any, margin: float
) -> Mined:
    """Takes the farthest positive and the nearest negative of each anchor.

    Reference:
        Hermans et al., In Defense of the Triplet Loss, 2017: "batch hard".
    """
    infinity = float("inf")
    chosen = (
        ops.argmax(ops.where(positives, distances, -infinity), axis=1),
        ops.argmin(ops.where(negatives, distances, infinity), axis=1),
    )
    return _one_per_anchor(distances, positives, negatives, margin, chosen)


def semi_hard(
    distances: Any, positives: Any, negatives: Any, margin: float
) -> Mined:
    """Takes, for each positive pair, the nearest negative beyond the positive.

    Where no negative is farther than the positive, the farthest negative is
    taken: it violates the margin least.

    Reference:
        Schroff et al., FaceNet, CVPR 2015.
    """
    size = ops.shape(distances)[1]
    candidates = ops.where(negatives, distances, float("inf"))
    both = ops.argsort(ops.concatenate([candidates, distances], 1), axis=1)
    not_farther = ops.cumsum(ops.cast(both < size, "int32"), axis=1)
    not_farther = _take(not_farther, ops.argsort(both, axis=1)[:, size:])
    last = ops.cast(_count(negatives), "int32")[:, None] - 1
    rank = ops.maximum(ops.minimum(not_farther, last), 0)
    chosen = _take(ops.argsort(candidates, axis=1), rank)
    valid = ops.logical_and(positives, last >= 0)
    return _sum_hinges(distances, _take(distances, chosen), valid, margin)


MINING: dict[str, Callable[..., Mined]] = {
    "batch_all": batch_all,
    "random": random,
    "semi_hard": semi_hard,
    "batch_hard": batch_hard,
    "hardest": batch_hard,  # the name in version 0.1.0
}


def mine_batch(
    codes: Any, labels: Any, *, margin: float, mining: str, seed: Any = None
) -> Mined:
    """Mines the triplets of a batch, see `batch_triplet_loss`."""
    options = {"seed": seed} if mining == "random" else {}
    return MINING[mining](
        squared_distances(codes), *similarity_masks(labels), margin, **options
    )


def _active_counts(
    distances: Any, positives: Any, negatives: Any, margin: float
) -> tuple[Any, Any]:
    """Counts the active triplets that each pair is in.

    The first int32 tensor [batch, batch] holds the counts of positives, the
    second those of negatives; their other entries are meaningless.
    """
    size = ops.shape(distances)[1]
    thresholds = ops.where(positives, distances + margin, float("inf"))
    candidates = ops.where(negatives, distances, float("inf"))
    # Equal keys keep their order, so that a positive comes before a negative
    # exactly `margin` farther: its hinge is 0, which is not active.
    order = ops.argsort(ops.concatenate([thresholds, candidates], 1), axis=1)
    place = ops.cast(ops.argsort(order, axis=1), "int32")
    # Images that are neither positive nor negative lie at infinity, at the end.
    seen = _take(ops.cumsum(ops.cast(order >= size, "int32"), axis=1), place)
    positives_before = place[:, size:] + 1 - seen[:, size:]
    total = ops.cast(_count(positives), "int32")[:, None]
    return seen[:, :size], total - positives_before


def _one_per_anchor(
    distances: Any, positives: Any, negatives: Any, margin: float, chosen: Any
) -> Mined:
    """Sums the hinge of each anchor with its chosen positive and negative."""
    positive, negative = chosen
    valid = _count(positives) * _count(negatives) > 0
    return _sum_hinges(
        _take(distances, positive[:, None]),
        _take(distances, negative[:, None]),
        valid[:, None],
        margin,
    )


def _sum_hinges(
    positive_distances: Any, negative_distances: Any, valid: Any, margin: float
) -> Mined:
    """Sums the hinges of triplets given as tensors [batch, n]."""
    hinge = ops.relu(positive_distances - negative_distances + margin)
    hinge = ops.where(valid, hinge, 0.0)
    return Mined(ops.sum(hinge, axis=1), _count(hinge > 0), _count(valid))


def _count(mask: Any) -> Any:
    return ops.sum(ops.cast(mask, "float32"), axis=1)


def _take(values: Any, indices: Any) -> Any:
    return ops.take_along_axis(values, indices, axis=1)
