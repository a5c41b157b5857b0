"""How classes fare: their MAP, their confusions, distances within and between.

Computed from the codes of a run, for `SAMPLED` queries at most.
"""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from tf_dnnh import codes, metrics

SAMPLED = 1000
# Results that a confusion looks at, and classes that a table has room for.
NEAREST = 100
_MAX_CLASSES = 25
_CHUNK = 64


@dataclasses.dataclass(frozen=True)
class ClassReport:
    """What a run's codes make of the classes.

    Attributes:
        names: the classes that have queries, str [classes].
        scores: MAP of the queries of each class, float [classes].
        confusion: share of each class (columns) among the nearest images of
            the queries of a class (rows), float [classes, classes]; None for
            images of several labels, or for many classes.
        within: pairs of a query and a relevant image at each distance, int
            [bits + 1].
        between: the same for irrelevant ones.
        tied: database images at the distance of the nearest one, mean over
            the queries.
    """

    names: list[str]
    scores: np.ndarray
    confusion: np.ndarray | None
    within: np.ndarray
    between: np.ndarray
    tied: float

    def confused(self, count: int = 5) -> list[tuple[str, str, float]]:
        """Returns the most confused pairs: class, wrong class, share."""
        if self.confusion is None:
            return []
        wrong = self.confusion.copy()
        np.fill_diagonal(wrong, 0)
        order = np.argsort(-wrong, axis=None, kind="stable")[:count]
        rows, columns = np.unravel_index(order, wrong.shape)
        return [
            (self.names[row], self.names[column], float(wrong[row, column]))
            for row, column in zip(rows, columns, strict=True)
            if wrong[row, column] >= 0.005
        ]


def class_report(
    arrays: Mapping[str, np.ndarray], bits: int, top_n: int | None = None
) -> ClassReport:
    """Analyses the arrays of `codes.npz`.

    Args:
        arrays: codes and labels; `class_names` may be missing.
        bits: length of a code.
        top_n: results that count for MAP, None for all.
    """
    count = len(arrays["query_codes"])
    rows = np.linspace(0, count - 1, min(count, SAMPLED)).astype(int)
    queries, labels = arrays["query_codes"][rows], arrays["query_labels"][rows]
    database = arrays["database_codes"], arrays["database_labels"]
    items, relevant = metrics.distance_histograms(
        queries, database[0], labels, database[1], bits
    )
    precisions = metrics.average_precision(items, relevant, top_n=top_n)
    members = _members(labels, _class_count(labels, database[1]))
    present = np.flatnonzero(members.any(axis=0))
    scores = [precisions[members[:, c]].mean() for c in present]
    names = arrays.get("class_names", np.arange(members.shape[1]))
    confusion = None
    if labels.ndim == 1 and len(present) <= _MAX_CLASSES:
        shares = nearest_classes(queries, *database, bits, present)
        confusion = np.stack([shares[labels == c].mean(0) for c in present])
    nearest = (items > 0).argmax(axis=1)
    return ClassReport(
        names=[str(names[c]) for c in present],
        scores=np.array(scores),
        confusion=confusion,
        within=relevant.sum(axis=0),
        between=(items - relevant).sum(axis=0),
        tied=float(items[np.arange(len(items)), nearest].mean()),
    )


def nearest_classes(
    queries: np.ndarray,
    database_codes: np.ndarray,
    database_labels: np.ndarray,
    bits: int,
    classes: Sequence[int] | np.ndarray,
) -> np.ndarray:
    """Computes the share of each class among the nearest images.

    It is the mean over all orders of images at equal distance.

    Args:
        queries: packed codes, uint8 [q, bytes].
        database_codes: packed codes, uint8 [n, bytes].
        database_labels: class numbers [n].
        bits: length of a code.
        classes: the classes to count.

    Returns:
        Float [q, classes] in [0, 1].
    """
    number = np.full(int(database_labels.max()) + 1, len(classes))
    for place, label in enumerate(classes):
        if label < len(number):
            number[label] = place
    column, width = number[database_labels], len(classes) + 1
    shares = []
    for start in range(0, len(queries), _CHUNK):
        chunk = queries[start : start + _CHUNK]
        distances = codes.hamming_distance(chunk[:, None], database_codes)
        for row in distances:
            cells = row.astype(np.int64) * width + column
            counts = np.bincount(cells, minlength=(bits + 1) * width)
            shares.append(_first(counts.reshape(bits + 1, width)))
    return np.array(shares)[:, :-1]


def _first(counts: np.ndarray) -> np.ndarray:
    """Returns the expected share of each class in the first results."""
    sizes = counts.sum(axis=1)
    limit = min(NEAREST, int(sizes.sum()))
    before = np.cumsum(sizes) - sizes
    taken = np.clip(limit - before, 0, sizes) / np.maximum(sizes, 1)
    return taken @ counts / limit


def _class_count(labels: np.ndarray, others: np.ndarray) -> int:
    if labels.ndim == 2:
        return labels.shape[1]
    return int(max(labels.max(), others.max())) + 1


def _members(labels: np.ndarray, classes: int) -> np.ndarray:
    """Returns whether each query is of each class, bool [q, classes]."""
    if labels.ndim == 2:
        return labels > 0
    return labels[:, None] == np.arange(classes)
