"""Chooses the radius up to which pictures match, from labelled pictures."""

import dataclasses
import statistics
from typing import Any

import numpy as np

from tf_dnnh.metrics.histograms import distance_histograms
from tf_dnnh.search.picture import labels_of
from tf_dnnh.search.search_error import SearchError

CONFIDENCE = 0.95


@dataclasses.dataclass(frozen=True)
class LabelledCodes:
    """Codes and labels of n pictures.

    Attributes:
        codes: packed, uint8 [n, bytes].
        texts: number of each picture's label text, int64 [n].
        names: the label texts, several labels joined by `;`.
    """

    codes: np.ndarray
    texts: np.ndarray
    names: list[str]


def calibrate(
    queries: LabelledCodes,
    database: LabelledCodes,
    bits: int,
    target: float,
    *,
    inside: bool,
) -> dict[str, Any]:
    """Finds the largest radius whose precision reaches a target.

    The precision at a radius is the mean, over the queries with any picture
    within it, of the share of these pictures that have a label of the query.
    Its interval is Wilson's for that many queries: the pictures found by one
    query are not independent of each other, so each query counts once. As the
    shares lie between 0 and 1, they vary at most as much as right and wrong
    answers, and the interval is rather too wide than too narrow.

    Args:
        queries: labelled pictures to search for.
        database: labelled pictures to search in.
        bits: length of a code.
        target: the precision wanted, in [0, 1].
        inside: whether the queries are in the database; then none finds
            itself.

    Returns:
        `radius`, `precision`, `low` and `high` (interval of the precision),
        `confidence`, `target`, `recall` (mean share of the right pictures
        within the radius), `queries`, `answered` (queries with a match) and
        `pictures` searched in.

    Raises:
        SearchError: if no radius reaches the target.
    """
    sets = _label_sets(queries, database)
    items, relevant = distance_histograms(
        queries.codes, database.codes, *sets, bits
    )
    if inside:
        items[:, 0] -= 1
        relevant[:, 0] -= 1
    precision, recall, answered = by_radius(items, relevant)
    reached = np.flatnonzero(np.nan_to_num(precision, nan=-1.0) >= target)
    if not len(reached):
        raise SearchError(_too_high(precision, target))
    radius = int(reached[-1])
    low, high = wilson(precision[radius], int(answered[radius]))
    return {
        "radius": radius,
        "precision": float(precision[radius]),
        "low": low,
        "high": high,
        "confidence": CONFIDENCE,
        "target": target,
        "recall": float(recall[radius]),
        "queries": len(items),
        "answered": int(answered[radius]),
        "pictures": len(database.codes),
    }


def by_radius(
    items: np.ndarray, relevant: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Computes precision, recall and number of queries answered per radius.

    Args:
        items: pictures at each distance from each query, int64 [q, bits + 1].
        relevant: those that share a label with the query.

    Returns:
        Three arrays [bits + 1]: mean precision, NaN where no query has a
        picture within the radius; mean recall; number of queries with one.

    Example:
        >>> items, relevant = np.array([[[1, 1], [0, 2]], [[1, 0], [0, 1]]])
        >>> precision, _, answered = by_radius(items, relevant)
        >>> precision.tolist(), answered.tolist()
        ([1.0, 0.5], [1, 2])
    """
    within, right = items.cumsum(axis=1), relevant.cumsum(axis=1)
    answered = (within > 0).sum(axis=0)
    share = right / np.maximum(within, 1)
    with np.errstate(invalid="ignore"):
        precision = np.where(answered, share.sum(axis=0) / answered, np.nan)
    wanted = right[right[:, -1] > 0]
    recall = np.zeros(items.shape[1])
    if len(wanted):
        recall = (wanted / wanted[:, -1:]).mean(axis=0)
    return precision, recall, answered


def wilson(share: float, count: int) -> tuple[float, float]:
    """Computes Wilson's interval of a share, at 95% confidence.

    Args:
        share: the share seen, in [0, 1].
        count: the number of trials it was seen in.

    Returns:
        Lower and upper end, in [0, 1].

    Example:
        >>> [round(end, 3) for end in wilson(0.9, 100)]
        [0.826, 0.945]

    Reference:
        Wilson, "Probable inference, the law of succession, and statistical
        inference", Journal of the American Statistical Association, 1927.
    """
    z = statistics.NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    weight = z * z / count
    centre = (share + weight / 2) / (1 + weight)
    half = z * (share * (1 - share) / count + weight / count / 4) ** 0.5
    half /= 1 + weight
    return max(0.0, float(centre - half)), min(1.0, float(centre + half))


def _label_sets(
    queries: LabelledCodes, database: LabelledCodes
) -> tuple[np.ndarray, np.ndarray]:
    """Returns the labels of both as 0/1 [n, labels]."""
    single = sorted(
        {
            label
            for some in (queries, database)
            for text in some.names
            for label in labels_of(text)
        }
    )
    column = {label: i for i, label in enumerate(single)}
    sets = []
    for some in (queries, database):
        table = np.zeros((len(some.names), len(single)), np.uint8)
        for row, text in enumerate(some.names):
            table[row, [column[label] for label in labels_of(text)]] = 1
        sets.append(table[some.texts])
    return sets[0], sets[1]


def _too_high(precision: np.ndarray, target: float) -> str:
    if np.isnan(precision).all():
        return (
            "Calibration needs labelled pictures to find, and there is one "
            "at most: label more."
        )
    best = int(np.nanargmax(precision))
    return (
        f"No radius reaches a precision of {target:g}: the best is "
        f"{precision[best]:.3f}, at radius {best}. Give a lower "
        "--target_precision, or train the model for longer."
    )
