"""Exact search within a small radius by looking up codes in a hash table."""

import math

import numpy as np

from tf_dnnh.search.hamming import faiss_library


class HashTable:
    """Finds what is within a radius, and nothing beyond.

    The table is filed by the first bits of the codes, about as many as make a
    bucket for each code. For a query, it looks up all buckets whose bits differ
    in at most `radius` places, so it misses nothing.

    Args:
        codes: uint8 [m, bytes], padded.
        radius: largest distance of an answer.
    """

    def __init__(self, codes: np.ndarray, radius: int) -> None:
        self.codes = codes
        self._radius = radius
        width = 8 * codes.shape[1]
        filed = min(width, max(8, math.ceil(math.log2(len(codes) + 1))))
        self._index = faiss_library.load().IndexBinaryHash(width, filed)
        self._index.nflip = min(radius, filed)
        self._index.add(codes)

    def nearest(
        self, queries: np.ndarray, k: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Finds the k nearest rows within the radius; see `Engine`."""
        limits, distances, rows = self.within(queries, self._radius)
        counts = np.diff(limits)
        query = np.repeat(np.arange(len(queries)), counts)
        order = np.lexsort((rows, distances, query))
        found = np.arange(min(k, counts.max(initial=0))) < counts[:, None]
        shape = found.shape
        at = (limits[:-1, None] + np.arange(shape[1]))[found]
        all_distances = np.full(shape, 8 * self.codes.shape[1], np.int32)
        all_distances[found] = distances[order[at]]
        all_rows = np.full(shape, -1, np.int64)
        all_rows[found] = rows[order[at]]
        return all_distances, all_rows

    def within(
        self, queries: np.ndarray, radius: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Finds the rows within a radius up to its own; see `Engine`."""
        return faiss_library.within(self._index, queries, radius)
