"""Search in binary codes: indexes of codes and collections of pictures.

Names are imported at their first use: an index needs neither TensorFlow nor,
until its first search, faiss.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tf_dnnh.search.collection import Collection
    from tf_dnnh.search.index import HammingIndex
    from tf_dnnh.search.linear import LinearIndex
    from tf_dnnh.search.picture_error import PictureError
    from tf_dnnh.search.search_error import SearchError

__all__ = [
    "Collection",
    "HammingIndex",
    "LinearIndex",
    "PictureError",
    "SearchError",
]

_MODULES = {
    "Collection": "collection",
    "HammingIndex": "index",
    "LinearIndex": "linear",
    "PictureError": "picture_error",
    "SearchError": "search_error",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"{__name__}.{_MODULES[name]}")
    return getattr(module, name)
