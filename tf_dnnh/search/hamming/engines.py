"""The ways to search in distinct codes.

An engine is made of codes and answers in rows of them. Only those of `hnsw` and
`ivf` are approximate; they find the k nearest, and leave it to `flat` to search
within a radius.
"""

from typing import Any, Protocol

import numpy as np

from tf_dnnh.search.hamming import faiss_library
from tf_dnnh.search.hamming.cells import Cells
from tf_dnnh.search.hamming.flat_scan import FlatScan
from tf_dnnh.search.hamming.graph import Graph
from tf_dnnh.search.hamming.hash_table import HashTable
from tf_dnnh.search.hamming.numpy_scan import NumpyScan
from tf_dnnh.search.search_error import SearchError

KINDS = ("flat", "hash", "hnsw", "ivf", "auto")
APPROXIMATE = ("hnsw", "ivf")
# A scan of more distinct codes takes more than about 10 ms per query.
_SCANNED = 10_000_000
# A scan of fewer is as quick as a lookup within radius 2.
_LOOKED_UP = 10_000


class Engine(Protocol):
    """Finds the nearest of `codes`, uint8 [m, bytes], padded."""

    codes: np.ndarray

    def nearest(
        self, queries: np.ndarray, k: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Returns distances int32 and rows int64 [q, r], ascending.

        There are at most k of each query. Where there are fewer than r, the
        row is -1.
        """


class ExactEngine(Engine, Protocol):
    """Finds all within a radius, too, and the nearest in order of rows."""

    def within(
        self, queries: np.ndarray, radius: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Returns limits int64 [q + 1], distances int32 and rows int64 [r].

        The rows within the radius of query i are at limits[i] to
        limits[i + 1], in any order.
        """


def checked_kind(kind: str) -> str:
    """Returns the kind of an index.

    Raises:
        SearchError: if there is no such kind, or it needs faiss.
    """
    if kind not in KINDS:
        allowed = ", ".join(KINDS)
        raise SearchError(f"`kind` must be one of {allowed}. Received: {kind}")
    if kind in ("hash", "hnsw", "ivf") and not faiss_library.is_installed():
        raise faiss_library.missing(f"An index of kind {kind}")
    return kind


def kind_for_nearest(kind: str, count: int, *, part: bool) -> str:
    """Returns the engine that finds the k nearest codes.

    Args:
        kind: of the index.
        count: number of codes.
        part: whether they were only chosen from the index for one search.
    """
    if kind == "auto":
        scans = count <= _SCANNED or not faiss_library.is_installed()
        kind = "flat" if scans else "ivf"
    return "flat" if kind in APPROXIMATE and (part or not count) else kind


def kind_for_range(kind: str, count: int, radius: int, limit: int) -> str:
    """Returns the engine that finds what is within a radius.

    Args:
        kind: of the index.
        count: number of codes.
        radius: of the search.
        limit: the radius to which lookups are exact.

    Raises:
        SearchError: if the index is a hash table for smaller radii.
    """
    if kind == "hash" and radius > limit:
        raise SearchError(
            f"`radius` must be at most {limit}, the radius of this index of "
            f"kind hash. Received: {radius}"
        )
    looks_up = radius <= limit and count >= _LOOKED_UP
    if kind == "auto" and looks_up and faiss_library.is_installed():
        return "hash"
    return "hash" if kind == "hash" else "flat"


def build(
    kind: str,
    codes: np.ndarray,
    radius: int,
    previous: Any = None,
    saved: np.ndarray | None = None,
) -> Any:
    """Builds an engine.

    Args:
        kind: `flat`, `hash`, `hnsw` or `ivf`.
        codes: uint8 [m, bytes], padded.
        radius: to which a hash table answers.
        previous: engine of this kind for the codes before an update, if any.
        saved: what `saved` returned for an engine of these codes, which is
            restored instead of building one.
    """
    if kind == "flat":
        scan = FlatScan if faiss_library.is_installed() else NumpyScan
        return scan(codes)
    if kind == "hash":
        return HashTable(codes, radius)
    if kind == "ivf":
        return Cells(codes, saved)
    return Graph(codes, previous, saved)
