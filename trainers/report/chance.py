"""The precision of a random order."""

import numpy as np


def chance(query_labels: np.ndarray, database_labels: np.ndarray) -> float:
    """Computes the mean share of the database that is relevant to a query.

    It is the precision of a random order, the floor of every curve. Labels
    are int [images] or 0/1 [images, classes].

    Example:
        >>> chance(np.array([0, 1]), np.array([0, 1, 1, 1]))
        0.5
    """
    # Few labels or label sets are distinct: comparing those is cheap.
    queries, query_counts = np.unique(query_labels, axis=0, return_counts=True)
    items, item_counts = np.unique(database_labels, axis=0, return_counts=True)
    if query_labels.ndim == 1:
        relevant = queries[:, None] == items[None]
    else:
        relevant = queries.astype(np.float32) @ items.T.astype(np.float32) > 0
    shares = relevant @ item_counts / item_counts.sum()
    return float(query_counts @ shares / query_counts.sum())
