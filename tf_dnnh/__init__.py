"""Deep hashing with TensorFlow and Keras: images to short binary codes.

Importing this package is quick, importing TensorFlow takes seconds, so
`tf_dnnh.models` and the other subpackages are imported at their first use.
"""

import importlib
from types import ModuleType
from typing import TYPE_CHECKING, Any

import wrapt

from tf_dnnh.version import __version__

if TYPE_CHECKING:
    from tf_dnnh import (
        baselines,
        callbacks,
        codes,
        data,
        layers,
        losses,
        metrics,
        models,
        search,
    )

__all__ = [
    "__version__",
    "baselines",
    "callbacks",
    "codes",
    "data",
    "layers",
    "losses",
    "metrics",
    "models",
    "search",
]

# Classes that a saved model may contain -> their subpackage.
_SERIALIZABLE = {
    "DivideAndEncode": "layers",
    "FullyConnectedEncode": "layers",
    "GlobalBatchNormalization": "models",
    "HashingModel": "models",
    "PiecewiseThreshold": "layers",
    "TripletRankingLoss": "losses",
}


def __getattr__(name: str) -> ModuleType:
    if name not in __all__:
        raise AttributeError(f"module 'tf_dnnh' has no attribute {name!r}")
    return importlib.import_module(f"tf_dnnh.{name}")


class _Deferred:
    """Stands for a class until `keras.saving.load_model` needs it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def from_config(self, config: dict[str, Any]) -> Any:
        package = __getattr__(_SERIALIZABLE[self._name])
        return getattr(package, self._name).from_config(config)


@wrapt.when_imported("keras")
def _register(keras: ModuleType) -> None:
    """Registers the classes with Keras; their modules replace the entries."""
    registered = keras.saving.get_custom_objects()
    for name in _SERIALIZABLE:
        registered.setdefault(f"tf_dnnh>{name}", _Deferred(name))
