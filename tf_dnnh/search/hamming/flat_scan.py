"""Exact search by comparing a query with every code, in faiss."""

import numpy as np

from tf_dnnh.search.hamming import faiss_library


class FlatScan:
    """Scans all codes; equal distances come in the order of rows.

    Args:
        codes: uint8 [m, bytes], padded.
    """

    is_exact = True

    def __init__(self, codes: np.ndarray) -> None:
        self._faiss = faiss_library.load("A scan by faiss")
        self._index = self._faiss.IndexBinaryFlat(8 * codes.shape[1])
        self._index.add(codes)

    def nearest(
        self, queries: np.ndarray, k: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Returns distances and rows [q, k], sorted by distance, then row."""
        with faiss_library.threads_for(self._faiss, len(queries)):
            return self._index.search(queries, min(k, self._index.ntotal))

    def within(
        self, queries: np.ndarray, radius: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Returns limits [q + 1], distances and rows within the radius."""
        # In faiss, a radius excludes its own distance.
        with faiss_library.threads_for(self._faiss, len(queries)):
            limits, distances, rows = self._index.range_search(
                queries, radius + 1
            )
        return limits.astype(np.int64), distances.astype(np.int32), rows
