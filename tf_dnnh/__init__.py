"""Deep hashing with TensorFlow and Keras: images to short binary codes.

Importing this package takes a moment, importing TensorFlow takes seconds, so
`tf_dnnh.models` and the others are imported at their first use.
"""

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

import wrapt

from tf_dnnh.version import __version__

if TYPE_CHECKING:
    from tf_dnnh import baselines, codes, data, layers, losses, metrics, models

__all__ = [
    "__version__",
    "baselines",
    "codes",
    "data",
    "layers",
    "losses",
    "metrics",
    "models",
]


def __getattr__(name: str) -> ModuleType:
    if name not in __all__:
        raise AttributeError(f"module 'tf_dnnh' has no attribute {name!r}")
    return importlib.import_module(f"tf_dnnh.{name}")


@wrapt.when_imported("keras")
def _register_classes(keras: ModuleType) -> None:
    """Makes our classes known to `keras.saving.load_model`."""
    del keras
    for name in ("losses", "models"):
        importlib.import_module(f"tf_dnnh.{name}")
