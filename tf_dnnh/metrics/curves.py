"""Precision and recall by rank and by radius, exact means under ties."""

import numpy as np
import numpy.typing as npt

_POINTS = 100


def precision_at(
    items: np.ndarray, relevant: np.ndarray, top_n: npt.ArrayLike
) -> np.ndarray:
    """Computes precision at n, the mean over all orders of ties.

    Args:
        items: Items at every distance, int [q, bits + 1].
        relevant: Relevant items at every distance, int [q, bits + 1].
        top_n: Ranks n >= 1, int [k]; past the end of the database they
            count as its length.

    Returns:
        float64 [q, k] in [0, 1].

    Example:
        >>> precision_at(np.array([[2, 2]]), np.array([[1, 2]]), [1, 2, 3])
        array([[0.5       , 0.5       , 0.66666667]])
    """
    size = items.sum(axis=1, keepdims=True)
    return _found_at(items, relevant, top_n) / np.minimum(top_n, size)


def recall_at(
    items: np.ndarray, relevant: np.ndarray, top_n: npt.ArrayLike
) -> np.ndarray:
    """Computes recall at n, the mean over all orders of ties.

    Args:
        items: Items at every distance, int [q, bits + 1].
        relevant: Relevant items at every distance, int [q, bits + 1].
        top_n: Ranks n >= 1, int [k].

    Returns:
        float64 [q, k] in [0, 1]; 0 where nothing is relevant.

    Example:
        >>> recall_at(np.array([[2, 2]]), np.array([[1, 1]]), [1, 2, 4])
        array([[0.25, 0.5 , 1.  ]])
    """
    total = relevant.sum(axis=1, keepdims=True)
    return _found_at(items, relevant, top_n) / np.maximum(total, 1)


def within_radius(
    items: np.ndarray, relevant: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Computes precision, recall and emptiness of balls around queries.

    Args:
        items: Items at every distance, int [q, bits + 1].
        relevant: Relevant items at every distance, int [q, bits + 1].

    Returns:
        precision, recall (float64) and empty (bool), each [q, bits + 1], of
        the items at distance 0 to r in column r. The precision of an empty
        ball is 0, as is the recall where nothing is relevant.

    Example:
        >>> items, relevant = np.array([[0, 2, 2]]), np.array([[0, 1, 1]])
        >>> precision, recall, empty = within_radius(items, relevant)
        >>> precision.tolist(), recall.tolist(), empty.tolist()
        ([[0.0, 0.5, 0.5]], [[0.0, 0.5, 1.0]], [[True, False, False]])
    """
    inside = np.cumsum(items, axis=1)
    found = np.cumsum(relevant, axis=1)
    precision = found / np.maximum(inside, 1)
    return precision, found / np.maximum(found[:, -1:], 1), inside == 0


def curves(
    items: np.ndarray, relevant: np.ndarray
) -> list[tuple[str, float, float]]:
    """Computes the four curves of a Hamming ranking, means over queries.

    `precision_at_n` and `recall_at_n` over the rank n, `precision_recall`
    of the same ranks (x recall, y precision), and `precision_at_radius`
    over the Hamming radius, where an empty ball has precision 0.

    Args:
        items: Items at every distance, int [q, bits + 1].
        relevant: Relevant items at every distance, int [q, bits + 1].

    Returns:
        Rows (curve, x, y), by curve and rising x. Ranks are at most 100,
        spaced geometrically from 1 to the size of the database.

    Example:
        >>> rows = curves(np.array([[1, 1]]), np.array([[1, 0]]))
        >>> rows[0], rows[-1]
        (('precision_recall', 1.0, 1.0), ('precision_at_radius', 1.0, 0.5))
    """
    size = int(items.sum(axis=1).max())
    ranks = np.unique(np.geomspace(1, size, _POINTS).round().astype(int))
    precision = precision_at(items, relevant, ranks).mean(axis=0)
    recall = recall_at(items, relevant, ranks).mean(axis=0)
    ball = within_radius(items, relevant)[0].mean(axis=0)
    lines = {
        "precision_recall": (recall, precision),
        "precision_at_n": (ranks, precision),
        "recall_at_n": (ranks, recall),
        "precision_at_radius": (np.arange(len(ball)), ball),
    }
    return [
        (name, float(x), float(y))
        for name, line in lines.items()
        for x, y in zip(*line, strict=True)
    ]


def _found_at(
    items: np.ndarray, relevant: np.ndarray, top_n: npt.ArrayLike
) -> np.ndarray:
    """Returns the expected relevant items among the first n, [q, k].

    All places of a distance are equally likely to hold a relevant item, so
    each distance contributes in proportion to how many of its items are taken.
    """
    before = np.cumsum(items, axis=1) - items
    share = relevant / np.maximum(items, 1)
    columns = [
        (share * np.clip(n - before, 0, items)).sum(axis=1)
        for n in np.asarray(top_n)
    ]
    return np.stack(columns, axis=1)
