"""Counts of items and of relevant items by Hamming distance.

Every metric of a Hamming ranking follows from these counts, because the order
within one distance is arbitrary.
"""

from typing import Unpack

import numpy as np

from tf_dnnh.metrics.relevance import encode_labels
from tf_dnnh.metrics.scan import ScanOptions, scan


def distance_histograms(
    query_codes: np.ndarray,
    database_codes: np.ndarray,
    query_labels: np.ndarray,
    database_labels: np.ndarray,
    bits: int,
    *,
    exclude_self: bool = False,
    **options: Unpack[ScanOptions],
) -> tuple[np.ndarray, np.ndarray]:
    """Counts items and relevant items at every distance from every query.

    Args:
        query_codes: Packed codes, uint8 [q, bytes].
        database_codes: Packed codes, uint8 [n, bytes].
        query_labels: Class numbers [q], or 0/1 [q, classes].
        database_labels: Class numbers [n], or 0/1 [n, classes].
        bits: Length of a code.
        exclude_self: The database is the queries, in the same order, and
            no query finds itself (a validation split against itself).
        **options: `chunk`, `threads`, `progress`; see `ScanOptions`.

    Returns:
        `items` and `relevant`, int64 [q, bits + 1] each; column d counts
        what lies at Hamming distance d.

    Raises:
        ValueError: If codes, labels and `bits` do not fit each other.

    Example:
        >>> codes = np.array([[0b00000000], [0b11000000]], np.uint8)
        >>> labels = np.array([0, 1])
        >>> items, relevant = distance_histograms(
        ...     codes[:1], codes, labels[:1], labels, bits=2
        ... )
        >>> items.tolist(), relevant.tolist()
        ([[1, 0, 1]], [[1, 0, 0]])
    """
    counts = shared_label_histograms(
        query_codes,
        database_codes,
        query_labels,
        database_labels,
        bits,
        exclude_self=exclude_self,
        **options,
    )
    return counts.sum(axis=1), counts[:, 1:].sum(axis=1)


def shared_label_histograms(
    query_codes: np.ndarray,
    database_codes: np.ndarray,
    query_labels: np.ndarray,
    database_labels: np.ndarray,
    bits: int,
    *,
    exclude_self: bool = False,
    **options: Unpack[ScanOptions],
) -> np.ndarray:
    """Counts items by number of shared labels and by distance.

    Args:
        query_codes: Packed codes, uint8 [q, bytes].
        database_codes: Packed codes, uint8 [n, bytes].
        query_labels: Class numbers [q], or 0/1 [q, classes].
        database_labels: Class numbers [n], or 0/1 [n, classes].
        bits: Length of a code.
        exclude_self: No query finds itself.
        **options: `chunk`, `threads`, `progress`; see `ScanOptions`.

    Returns:
        int64 [q, levels, bits + 1]; `[i, s, d]` counts the items at
        distance d that share s labels with query i. Single labels have two
        levels, label sets one more than the largest set of a query.

    Raises:
        ValueError: If codes, labels and `bits` do not fit each other.

    Example:
        >>> codes = np.array([[0b00000000], [0b11000000]], np.uint8)
        >>> shared_label_histograms(codes[:1], codes, [7], [7, 8], 2).tolist()
        [[[0, 0, 1], [1, 0, 0]]]
    """
    if exclude_self:
        _check_same(query_codes, database_codes)
        _check_same(query_labels, database_labels)
    sets = encode_labels(query_labels).ndim == 2
    own = np.sum(query_labels, axis=1) if sets else np.ones(len(query_labels))
    own = own.astype(int)
    # One number for shared labels and distance, so that one count is enough.
    levels = int(own.max(initial=0)) + 1
    size = levels * (bits + 1)
    dtype = np.min_scalar_type(size)
    flat = np.zeros((len(query_codes), size), np.int64)

    def visit(start: int, distances: np.ndarray, shared: np.ndarray) -> None:
        keys = np.multiply(shared, bits + 1, dtype=dtype)
        keys += distances
        for row, row_keys in enumerate(keys, start):
            flat[row] += _bincount(row_keys, size)

    scan(
        query_codes,
        database_codes,
        query_labels,
        database_labels,
        bits,
        visit,
        **options,
    )
    counts = flat.reshape(-1, levels, bits + 1)
    if exclude_self:  # Each query met itself once, at distance 0.
        counts[np.arange(len(counts)), own, 0] -= 1
    return counts


def split_histograms(
    query_codes: np.ndarray,
    database_codes: np.ndarray,
    query_labels: np.ndarray,
    database_labels: np.ndarray,
    bits: int,
    seen: np.ndarray,
    **options: Unpack[ScanOptions],
) -> tuple[np.ndarray, np.ndarray]:
    """Counts as `shared_label_histograms` does, unseen and seen items apart.

    Every item is visited once: it costs no more than to count all together.

    Args:
        query_codes: Packed codes, uint8 [q, bytes].
        database_codes: Packed codes, uint8 [n, bytes].
        query_labels: Class numbers [q], or 0/1 [q, classes].
        database_labels: Class numbers [n], or 0/1 [n, classes].
        bits: Length of a code.
        seen: bool [n].
        **options: `chunk`, `threads`, `progress`; see `ScanOptions`.

    Returns:
        The counts of the items that are not `seen`, and of those that are,
        int64 [q, levels, bits + 1] each; their sum counts all.

    Raises:
        ValueError: If the arguments do not fit each other.

    Example:
        >>> codes = np.array([[0b00000000], [0b11000000]], np.uint8)
        >>> seen = np.array([False, True])
        >>> unseen, rest = split_histograms(
        ...     codes[:1], codes, [7], [7, 8], 2, seen
        ... )
        >>> unseen.tolist(), rest.tolist()
        ([[[0, 0, 0], [1, 0, 0]]], [[[0, 0, 1], [0, 0, 0]]])
    """
    codes, labels = np.asarray(database_codes), np.asarray(database_labels)
    seen = np.asarray(seen)
    if seen.dtype != bool or seen.shape != codes.shape[:1]:
        raise ValueError(
            "`seen` must be bool, one value per database item. Received: "
            f"{seen.dtype} {seen.shape} for {len(codes)} items"
        )
    progress = options.pop("progress", None)

    def count(rows: np.ndarray | slice, done: int) -> np.ndarray:
        if progress is not None:
            options["progress"] = lambda n, _: progress(done + n, len(codes))
        return shared_label_histograms(
            query_codes,
            codes[rows],
            query_labels,
            labels[rows],
            bits,
            **options,
        )

    if seen.all() or not seen.any():
        counts = count(slice(None), 0)
        none = np.zeros_like(counts)
        return (none, counts) if seen.all() else (counts, none)
    return count(~seen, 0), count(seen, len(codes) - int(seen.sum()))


def _bincount(keys: np.ndarray, size: int) -> np.ndarray:
    """Counts as `numpy.bincount` does, but many bytes in pairs.

    Reading a pair of bytes as one number takes no longer than one byte, and
    the counts of a byte are sums over the counts of its pairs.
    """
    if keys.dtype != np.uint8 or len(keys) < size << 8:
        return np.bincount(keys, minlength=size)
    even = len(keys) // 2 * 2
    pairs = np.bincount(keys[:even].view(np.uint16), minlength=size << 8)
    pairs = pairs.reshape(size, 256)[:, :size]
    counts = pairs.sum(axis=0) + pairs.sum(axis=1)
    if even < len(keys):
        counts[keys[-1]] += 1
    return counts


def _check_same(queries: np.ndarray, database: np.ndarray) -> None:
    if not np.array_equal(queries, database):
        raise ValueError(
            "`exclude_self` needs identical queries and database. Received: "
            f"{len(queries)} and {len(database)} that differ"
        )
