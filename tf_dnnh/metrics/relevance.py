"""Relevance: the same class, or at least one shared label."""

import numpy as np
import numpy.typing as npt


def encode_labels(labels: npt.ArrayLike) -> np.ndarray:
    """Checks labels and encodes them for fast comparison.

    Class numbers [n] become the narrowest unsigned type; label sets
    [n, classes] become bit masks, uint64 [n, words].
    """
    labels = np.asarray(labels)
    if labels.ndim not in (1, 2) or labels.dtype.kind not in "iub":
        raise ValueError(
            "`labels` must be whole numbers [n] or 0/1 [n, classes]. "
            f"Received: shape={labels.shape}, dtype={labels.dtype}"
        )
    low, high = int(labels.min(initial=0)), int(labels.max(initial=0))
    if low < 0 or (labels.ndim == 2 and high > 1):
        allowed = "0 or more" if labels.ndim == 1 else "0 or 1"
        raise ValueError(
            f"`labels` must be {allowed}. Received: {low} to {high}"
        )
    if labels.ndim == 1:
        return labels.astype(np.min_scalar_type(high))
    packed = np.packbits(labels.astype(bool), axis=1)
    words = np.zeros((len(labels), -(-packed.shape[1] // 8)), np.uint64)
    words.view(np.uint8)[:, : packed.shape[1]] = packed
    return words


def shared_labels(queries: np.ndarray, database: np.ndarray) -> np.ndarray:
    """Counts the encoded labels that each query shares with each item.

    The counts [q, n] are uint8, or uint16 past 192 classes.
    """
    if queries.ndim == 1:
        return (queries[:, None] == database).view(np.uint8)
    words = queries.shape[1]
    shape = len(queries), len(database)
    counts = np.zeros(shape, np.min_scalar_type(64 * words))
    for word in range(words):
        counts += np.bitwise_count(queries[:, None, word] & database[:, word])
    return counts


def relevance(
    query_labels: npt.ArrayLike, database_labels: npt.ArrayLike
) -> np.ndarray:
    """Finds the database items that are relevant to each query.

    Args:
        query_labels: Class numbers [q], or 0/1 [q, classes].
        database_labels: Class numbers [n], or 0/1 [n, classes].

    Returns:
        bool [q, n], true where the two share a label.

    Raises:
        ValueError: If the labels are malformed, or of different classes.

    Example:
        >>> relevance([0, 2], [2, 0, 2]).astype(int).tolist()
        [[0, 1, 0], [1, 0, 1]]
        >>> relevance([[1, 1, 0]], [[0, 1, 1], [0, 0, 1]]).tolist()
        [[True, False]]
    """
    check_same_kind(query_labels, database_labels)
    queries = encode_labels(query_labels)
    return shared_labels(queries, encode_labels(database_labels)) > 0


def check_same_kind(
    query_labels: npt.ArrayLike, database_labels: npt.ArrayLike
) -> None:
    """Raises ValueError unless both labels are of the same classes."""
    queries, database = np.shape(query_labels), np.shape(database_labels)
    if queries[1:] != database[1:]:
        raise ValueError(
            "`query_labels` and `database_labels` must both be [n], or both "
            "[n, classes] of the same classes. "
            f"Received: {queries} and {database}"
        )
