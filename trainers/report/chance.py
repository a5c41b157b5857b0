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
    return float(relevant_shares(query_labels, database_labels).mean())


def relevant_shares(
    query_labels: np.ndarray, database_labels: np.ndarray
) -> np.ndarray:
    """Computes the share of the database that is relevant to each query.

    Example:
        >>> relevant_shares(np.array([0, 1]), np.array([0, 1, 1, 1])).tolist()
        [0.25, 0.75]
    """
    # Few labels or label sets are distinct: comparing those is cheap.
    queries, places = np.unique(query_labels, axis=0, return_inverse=True)
    items, counts = np.unique(database_labels, axis=0, return_counts=True)
    if query_labels.ndim == 1:
        relevant = queries[:, None] == items[None]
    else:
        relevant = queries.astype(np.float32) @ items.T.astype(np.float32) > 0
    shares = relevant @ counts / counts.sum()
    return shares[places.ravel()]
