"""One pass over the database, tile by tile, in constant memory."""

import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypedDict, Unpack

import numpy as np

from tf_dnnh.codes import code_bytes
from tf_dnnh.metrics.relevance import (
    check_same_kind,
    encode_labels,
    shared_labels,
)

# Called with (first query, distances [t, n], shared labels [t, n]) for t
# queries and n items.
Visit = Callable[[int, np.ndarray, np.ndarray], None]

# Pairs of query and item per tile: 2 MB of 64-bit words, which fit a cache, in
# calls long enough that threads seldom wait for the interpreter lock.
_TILE = 1 << 18


class ScanOptions(TypedDict, total=False):
    """Options of a scan; none of them changes a result.

    Args:
        chunk: Database items at a time, 131,072 by default.
        threads: Threads that share the queries, 2 by default. More gain
            little: `numpy.bincount` holds the interpreter lock.
        progress: Called after every chunk with (items done, all items).
    """

    chunk: int
    threads: int
    progress: Callable[[int, int], None] | None


class _Items(NamedTuple):
    words: np.ndarray  # [words, n]
    labels: np.ndarray  # [n] or [n, label words]


def scan(
    query_codes: np.ndarray,
    database_codes: np.ndarray,
    query_labels: np.ndarray,
    database_labels: np.ndarray,
    bits: int,
    visit: Visit,
    **options: Unpack[ScanOptions],
) -> None:
    """Visits all pairs of query and item, for each query in database order.

    Two visits of one query never overlap; visits of different queries may,
    on different threads. The other arguments are those of
    `distance_histograms`; padding bits past `bits` must be zero.
    """
    chunk = options.get("chunk", 1 << 17)
    threads = options.get("threads", 2)
    progress = options.get("progress")
    for name, value in {"chunk": chunk, "threads": threads}.items():
        if value < 1:
            raise ValueError(f"`{name}` must be 1 or more. Received: {value}")
    query_codes, database_codes, query_labels, database_labels = map(
        np.asarray, (query_codes, database_codes, query_labels, database_labels)
    )
    _check_codes("query", query_codes, query_labels, bits)
    _check_codes("database", database_codes, database_labels, bits)
    check_same_kind(query_labels, database_labels)
    queries = _prepare("query", query_codes, query_labels, bits)
    total = len(database_codes)
    with ThreadPoolExecutor(threads) as pool:
        for start in range(0, total, chunk):
            stop = min(start + chunk, total)
            block = _prepare(
                "database",
                database_codes[start:stop],
                database_labels[start:stop],
                bits,
            )
            step = max(1, _TILE // (stop - start))
            tile = functools.partial(_tile, visit, queries, block, step)
            # The list waits for all tiles, and raises their errors.
            list(pool.map(tile, range(0, len(query_codes), step)))
            if progress is not None:
                progress(stop, total)


def code_words(packed: np.ndarray) -> np.ndarray:
    """Views packed codes, uint8 [n, bytes], as few, wide words, [words, n].

    One word of 8, 16, 32 or 64 bits where a code fits it, else as many of 64
    bits as it takes; zero bits fill the rest.
    """
    count, length = packed.shape
    width = next((w for w in (1, 2, 4) if length <= w), 8)
    padded = np.zeros((count, -(-length // width) * width), np.uint8)
    padded[:, :length] = packed
    return np.ascontiguousarray(padded.view(f"u{width}").T)


def _tile(
    visit: Visit, queries: _Items, block: _Items, step: int, start: int
) -> None:
    rows = slice(start, start + step)
    distances = _distances(queries.words[:, rows], block.words)
    shared = shared_labels(queries.labels[rows], block.labels)
    visit(start, distances, shared)


def _distances(queries: np.ndarray, database: np.ndarray) -> np.ndarray:
    """Computes distances [q, n] of words [words, q] and [words, n]."""
    distances = np.bitwise_count(queries[0][:, None] ^ database[0])
    if len(queries) > 3:  # A distance may exceed 255.
        distances = distances.astype(np.uint16)
    for query, item in zip(queries[1:], database[1:], strict=True):
        distances += np.bitwise_count(query[:, None] ^ item)
    return distances


def _prepare(
    name: str, codes: np.ndarray, labels: np.ndarray, bits: int
) -> _Items:
    if np.any(codes[:, -1] & (0xFF >> ((bits - 1) % 8 + 1))):
        raise ValueError(
            f"`{name}_codes` must be zero past `bits`. Received: bits={bits}"
        )
    return _Items(code_words(codes), encode_labels(labels))


def _check_codes(
    name: str, codes: np.ndarray, labels: np.ndarray, bits: int
) -> None:
    if codes.dtype != np.uint8 or codes.ndim != 2 or not len(codes):
        raise ValueError(
            f"`{name}_codes` must be packed codes, uint8 [n, bytes], n >= 1. "
            f"Received: {codes.dtype} {codes.shape}"
        )
    if len(labels) != len(codes):
        raise ValueError(
            f"`{name}_labels` must have one row per code. "
            f"Received: {len(labels)} labels, {len(codes)} codes"
        )
    if codes.shape[1] != code_bytes(bits):
        raise ValueError(
            f"`{name}_codes` must hold `bits` bits in whole bytes. "
            f"Received: bits={bits}, {codes.shape[1]} bytes"
        )
