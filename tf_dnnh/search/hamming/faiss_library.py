"""Imports faiss, an optional package, when an index first needs it."""

import contextlib
import importlib.util
import os
from collections.abc import Iterator
from typing import Any

import numpy as np

from tf_dnnh.search.search_error import SearchError


def is_installed() -> bool:
    """Whether faiss can be imported."""
    return importlib.util.find_spec("faiss") is not None


def missing(purpose: str) -> SearchError:
    """Returns the error that says that `purpose` needs faiss."""
    return SearchError(
        f"{purpose} needs faiss: run `pip install 'tf_dnnh[faiss]'`."
    )


def load() -> Any:
    """Returns the module faiss."""
    # Otherwise waiting threads spin, and slow others down on a busy machine.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import faiss

    return faiss


def nearest(
    index: Any, queries: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """Returns distances int32 and rows int64 [q, k] from an index of faiss."""
    with _threads_for(len(queries)):
        return index.search(queries, min(k, index.ntotal))


def within(
    index: Any, queries: np.ndarray, radius: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns limits [q + 1], distances and rows from an index of faiss.

    The radius includes its own distance, unlike that of faiss.
    """
    with _threads_for(len(queries)):
        limits, distances, rows = index.range_search(queries, radius + 1)
    return limits.astype(np.int64), distances.astype(np.int32), rows


@contextlib.contextmanager
def _threads_for(queries: int) -> Iterator[None]:
    """Searches with one thread for one query, with all cores for several.

    The number holds for the calling thread alone.
    """
    faiss = load()
    before = faiss.omp_get_max_threads()
    if queries == 1:
        faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
