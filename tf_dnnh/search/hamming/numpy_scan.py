"""Exact search by comparing a query with every code, in NumPy."""

import numpy as np

from tf_dnnh.search.hamming.padding import words


class NumpyScan:
    """Answers as `FlatScan` does, without faiss.

    Args:
        codes: uint8 [m, bytes], padded.
    """

    def __init__(self, codes: np.ndarray) -> None:
        self.codes = codes
        self._words = words(codes)

    def nearest(
        self, queries: np.ndarray, k: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Finds the k nearest rows; see `Engine`."""
        k = min(k, len(self._words))
        distances = np.empty((len(queries), k), np.int32)
        rows = np.empty((len(queries), k), np.int64)
        for i, query in enumerate(words(queries)):
            all_distances = self._distances(query)
            # The distance of the last neighbour: few rows are left to sort.
            last = np.bincount(all_distances).cumsum().searchsorted(k)
            near = np.flatnonzero(all_distances <= last)
            order = np.argsort(all_distances[near], kind="stable")[:k]
            rows[i] = near[order]
            distances[i] = all_distances[rows[i]]
        return distances, rows

    def within(
        self, queries: np.ndarray, radius: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Finds the rows within a radius; see `Engine`."""
        near = [np.zeros(0, np.int64)]
        distances = [np.zeros(0, np.int32)]
        for query in words(queries):
            all_distances = self._distances(query)
            near.append(np.flatnonzero(all_distances <= radius))
            distances.append(all_distances[near[-1]])
        return (
            np.cumsum([len(rows) for rows in near]),
            np.concatenate(distances, dtype=np.int32),
            np.concatenate(near),
        )

    def _distances(self, query: np.ndarray) -> np.ndarray:
        differing = np.bitwise_count(self._words ^ query)
        if differing.shape[1] == 1:
            return differing[:, 0]
        return differing.sum(axis=1, dtype=np.uint16)
