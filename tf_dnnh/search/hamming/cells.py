"""Approximate search in the cells nearest to a query."""

import math

import numpy as np

from tf_dnnh.search.hamming import faiss_library

# Codes per cell from which its centre is learnt.
_SAMPLE = 64


class Cells:
    """Compares with the codes of near cells only: an inverted file in faiss.

    There are about as many cells as codes per cell. A query visits one cell in
    32, and at least 32.

    Args:
        codes: uint8 [m, bytes], padded.
        saved: what `saved` returned for cells of these codes.
    """

    def __init__(
        self, codes: np.ndarray, saved: np.ndarray | None = None
    ) -> None:
        self.codes = codes
        faiss = faiss_library.load()
        if saved is not None:
            self._index = faiss.deserialize_index_binary(saved)
            return
        # The inverted file does not keep Python's objects alive by itself.
        self._centres = faiss.IndexBinaryFlat(8 * codes.shape[1])
        cells = _cells(len(codes))
        self._index = faiss.IndexBinaryIVF(
            self._centres, 8 * codes.shape[1], cells
        )
        self._index.nprobe = max(32, cells // 32)
        # Otherwise faiss prints a warning about small cells.
        self._index.cp.min_points_per_centroid = 1
        step = max(1, len(codes) // (_SAMPLE * cells))
        self._index.train(np.ascontiguousarray(codes[::step]))
        self._index.add(codes)

    def saved(self) -> np.ndarray:
        """Returns the cells and their codes as bytes, uint8 [n]."""
        return faiss_library.load().serialize_index_binary(self._index)

    def nearest(
        self, queries: np.ndarray, k: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Finds most of the k nearest rows; see `Engine`."""
        return faiss_library.nearest(self._index, queries, k)


def _cells(count: int) -> int:
    """Returns a power of two that leaves `_SAMPLE` codes or more per cell."""
    return 2 ** int(math.log2(max(1, min(count**0.5, count / _SAMPLE))))
