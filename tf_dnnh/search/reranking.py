"""Orders a shortlist by relaxed codes, which are finer than bits."""

import numpy as np

# The shortlist has this many pictures for each one asked for, but at least
# `_SHORTEST`.
_FACTOR = 10
_SHORTEST = 200


def shortlist_length(k: int) -> int:
    """Returns how many nearest codes to rerank for the k best."""
    return max(_FACTOR * k, _SHORTEST)


def to_bytes(relaxed: np.ndarray) -> np.ndarray:
    """Rounds relaxed codes in [0, 1] to 8 bits: uint8 in 0..255.

    Example:
        >>> to_bytes(np.array([0.0, 0.5, 1.0])).tolist()
        [0, 128, 255]
    """
    return np.rint(255 * np.asarray(relaxed, np.float32)).astype(np.uint8)


def reranked(query: np.ndarray, shortlist: np.ndarray) -> np.ndarray:
    """Orders a shortlist by squared distance of relaxed codes.

    The distance is asymmetric: the query keeps its floats, the shortlist its
    8 bits.

    Args:
        query: relaxed code, float [bits] in [0, 1].
        shortlist: relaxed codes, uint8 [n, bits], see `to_bytes`.

    Returns:
        The order, int64 [n], nearest first; equal ones keep their order.

    Example:
        >>> reranked(np.array([0.9]), np.array([[0], [255], [128]], np.uint8))
        array([1, 2, 0])
    """
    values = shortlist.astype(np.float32) / 255
    distances = np.square(values - query).sum(axis=1)
    return np.argsort(distances, kind="stable")
