"""Exact search by comparing a query with every code, in faiss."""

import numpy as np

from tf_dnnh.search.hamming import faiss_library


class FlatScan:
    """Scans all codes; equal distances come in the order of rows.

    Args:
        codes: uint8 [m, bytes], padded.
    """

    def __init__(self, codes: np.ndarray) -> None:
        self.codes = codes
        self._index = faiss_library.load().IndexBinaryFlat(8 * codes.shape[1])
        self._index.add(codes)

    def nearest(
        self, queries: np.ndarray, k: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Finds the k nearest rows; see `Engine`."""
        return faiss_library.nearest(self._index, queries, k)

    def within(
        self, queries: np.ndarray, radius: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Finds the rows within a radius; see `Engine`."""
        return faiss_library.within(self._index, queries, radius)
