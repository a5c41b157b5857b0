"""Answers of an engine, which are rows of distinct codes, turned into ids."""

from collections.abc import Iterator

import numpy as np

from tf_dnnh.search.hamming.arguments import NO_DISTANCE
from tf_dnnh.search.hamming.distinct_codes import DistinctCodes

# A hit is one int64: 15 bits of query, 16 of distance, 32 of place, so that
# sorting hits sorts them by query, then distance, then id.
QUERIES = 1 << 15
# Bounds the memory of a block of queries, 128 MB per copy of its hits.
_HITS = 1 << 24


def nearest(
    contents: DistinctCodes, distances: np.ndarray, rows: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """Returns the k nearest ids of each query, given its nearest rows.

    Args:
        contents: what was searched.
        distances: int32 [q, r], ascending, q at most `QUERIES`.
        rows: int [q, r], rows of `contents` at these distances, or -1.
        k: ids per query.

    Returns:
        Distances int32 [q, k] and places int64 [q, k]; `NO_DISTANCE` and -1
        where there are fewer than k.
    """
    take = _wanted(contents, distances, rows, k)
    query = np.broadcast_to(np.arange(len(rows))[:, None], rows.shape)
    used = take > 0
    hits = _hits(contents, query[used], distances[used], rows[used], take[used])
    limits = np.concatenate([[0], np.cumsum(take.sum(axis=1))])
    at = limits[:-1, None] + np.arange(k)
    found = at < limits[1:, None]
    chosen = hits[at[found]]
    all_distances = np.full(at.shape, NO_DISTANCE, np.int32)
    all_distances[found] = chosen >> 32 & 0xFFFF
    places = np.full(at.shape, -1, np.int64)
    places[found] = chosen & 0xFFFFFFFF
    return all_distances, places


def within(
    contents: DistinctCodes,
    limits: np.ndarray,
    distances: np.ndarray,
    rows: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns all ids of the rows found within a radius, in order.

    Args:
        contents: what was searched.
        limits: int64 [q + 1]: the rows of query i are at limits[i] to
            limits[i + 1], in any order.
        distances: int32 [r].
        rows: int64 [r].

    Returns:
        Limits int64 [q + 1], distances int32 [m] and places int64 [m].
    """
    counts = np.diff(limits)
    query = np.repeat(np.arange(len(counts)), counts)
    hits = _hits(contents, query, distances, rows, contents.counts[rows])
    ends = np.bincount(hits >> 48, minlength=len(counts)).cumsum()
    return (
        np.concatenate([[0], ends]),
        (hits >> 32 & 0xFFFF).astype(np.int32),
        hits & 0xFFFFFFFF,
    )


def _wanted(
    contents: DistinctCodes, distances: np.ndarray, rows: np.ndarray, k: int
) -> np.ndarray:
    """Returns how many ids of each row, int64 [q, r], can be among the k."""
    counts = np.where(rows >= 0, contents.counts[rows], 0)
    before = counts.cumsum(axis=1) - counts
    starts = np.diff(distances, axis=1, prepend=-1) != 0
    nearer = np.maximum.accumulate(np.where(starts, before, 0), axis=1)
    return np.minimum(counts, (k - nearer).clip(0))


def _hits(
    contents: DistinctCodes,
    query: np.ndarray,
    distances: np.ndarray,
    rows: np.ndarray,
    take: np.ndarray,
) -> np.ndarray:
    """Returns sorted hits: the first `take` ids of each row."""
    offsets, places = contents.postings
    ends = take.cumsum()
    at = np.arange(ends[-1] if len(ends) else 0)
    at += np.repeat(offsets[rows] - ends + take, take)
    hits = np.repeat(query << 48 | distances.astype(np.int64) << 32, take)
    hits |= places[at]
    hits.sort()
    return hits


def blocks(queries: int, k: int, count: int) -> Iterator[slice]:
    """Yields slices of queries whose hits, up to k * k each, fit in memory."""
    size = max(1, min(QUERIES, _HITS // max(1, min(k * k, count))))
    for start in range(0, queries if count else 0, size):
        yield slice(start, start + size)
