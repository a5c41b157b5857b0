"""The ways to search in distinct codes, by kind."""

from typing import Any

import numpy as np

from tf_dnnh.search.hamming import faiss_library
from tf_dnnh.search.search_error import SearchError

KINDS = ("flat",)


def checked_kind(kind: str) -> str:
    """Returns the kind of an index.

    Raises:
        SearchError: if there is no such kind.
    """
    if kind not in KINDS:
        allowed = ", ".join(KINDS)
        raise SearchError(f"`kind` must be one of {allowed}. Received: {kind}")
    return kind


def flat(codes: np.ndarray) -> Any:
    """Returns an exact scan, by faiss where it is installed."""
    if faiss_library.is_installed():
        from tf_dnnh.search.hamming.flat_scan import FlatScan

        return FlatScan(codes)
    from tf_dnnh.search.hamming.numpy_scan import NumpyScan

    return NumpyScan(codes)
