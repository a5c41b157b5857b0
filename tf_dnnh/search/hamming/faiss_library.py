"""Imports faiss, an optional package, when an index first needs it."""

import contextlib
import importlib.util
import os
from collections.abc import Iterator
from typing import Any

from tf_dnnh.search.search_error import SearchError


def is_installed() -> bool:
    """Whether faiss can be imported."""
    return importlib.util.find_spec("faiss") is not None


def load(purpose: str) -> Any:
    """Returns the module faiss.

    Raises:
        SearchError: if it is not installed; `purpose` begins the sentence.
    """
    # Otherwise waiting threads spin, and slow others down on a busy machine.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        import faiss
    except ImportError as error:
        raise SearchError(
            f"{purpose} needs faiss: run `pip install 'tf_dnnh[faiss]'`."
        ) from error
    return faiss


@contextlib.contextmanager
def threads_for(faiss: Any, queries: int) -> Iterator[None]:
    """Searches with one thread for one query, with all cores for several.

    The number holds for the calling thread alone.
    """
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1 if queries == 1 else os.cpu_count() or 1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
