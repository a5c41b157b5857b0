"""Answers of an engine, which are rows of distinct codes, turned into ids."""

import itertools
from collections.abc import Iterator

import numpy as np

from tf_dnnh.search.hamming.arguments import NO_DISTANCE
from tf_dnnh.search.hamming.distinct_codes import DistinctCodes
from tf_dnnh.search.hamming.engines import Engine, ExactEngine

# A hit is one int64: 15 bits of query, 16 of distance, 32 of place, so that
# sorting hits sorts them by query, then distance, then id.
QUERIES = 1 << 15
# Bounds the memory of a block of queries, 128 MB per copy of its hits.
_HITS = 1 << 24
# Hits sorted at once, which fit into a processor's cache.
_SORTED = 1 << 17


def nearest(
    contents: DistinctCodes, engine: Engine, queries: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """Finds the k nearest ids of each query.

    The first k rows are enough, because each of them has an id that comes
    before those of later rows at the same distance; unless some have lost
    theirs, which takes another search for more rows.

    Args:
        contents: what to search.
        engine: of the codes in `contents`.
        queries: uint8 [q, bytes], padded; q is at most `QUERIES`.
        k: ids per query.

    Returns:
        Distances int32 [q, k] and places int64 [q, k]; `NO_DISTANCE` and -1
        where there are fewer than k.
    """
    if not k:
        none = np.zeros((len(queries), 0), np.int64)
        return none, none
    rows_wanted = k
    while True:
        distances, rows = engine.nearest(queries, rows_wanted)
        found = _nearest_places(contents, distances, rows, k)
        short = (found[1] < 0).any(axis=1) & (rows >= 0).all(axis=1)
        if rows.shape[1] < rows_wanted or not short.any():
            return found
        rows_wanted *= 4


def _nearest_places(
    contents: DistinctCodes, distances: np.ndarray, rows: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
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
    engine: ExactEngine,
    queries: np.ndarray,
    radius: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Finds all ids within a radius of each query.

    Args:
        contents: what to search.
        engine: of the codes in `contents`.
        queries: uint8 [q, bytes], padded; q is at most `QUERIES`.
        radius: largest distance.

    Returns:
        Counts int64 [q], and for all queries in turn distances int32 [m] and
        places int64 [m].
    """
    limits, distances, rows = engine.within(queries, radius)
    query = np.repeat(np.arange(len(queries)), np.diff(limits))
    hits = _hits(contents, query, distances, rows, contents.counts[rows])
    return (
        np.bincount(hits >> 48, minlength=len(queries)),
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
    """Returns sorted hits: the first `take` ids of each row.

    The arrays are [r], in the order of queries.
    """
    offsets, places = contents.postings
    parts = [np.zeros(0, np.int64)]
    for part in _parts(query, take):
        counts = take[part]
        starts = offsets[rows[part]] - counts.cumsum() + counts
        at = np.arange(counts.sum()) + np.repeat(starts, counts)
        alike = query[part] << 48 | distances[part].astype(np.int64) << 32
        hits = np.repeat(alike, counts) | places[at]
        hits.sort()
        parts.append(hits)
    return np.concatenate(parts)


def _parts(query: np.ndarray, take: np.ndarray) -> Iterator[slice]:
    """Yields slices of all rows of some queries, with about `_SORTED` hits."""
    firsts = np.flatnonzero(np.diff(query, prepend=-1))
    before = (take.cumsum() - take)[firsts]
    opening = np.diff(before // _SORTED, prepend=-1) != 0
    bounds = [*firsts[opening].tolist(), len(query)]
    for start, stop in itertools.pairwise(bounds):
        yield slice(start, stop)


def blocks(queries: int, k: int, count: int) -> Iterator[slice]:
    """Yields slices of queries whose hits, up to k * k each, fit in memory."""
    size = max(1, min(QUERIES, _HITS // max(1, min(k * k, count))))
    for start in range(0, queries, size):
        yield slice(start, start + size)
