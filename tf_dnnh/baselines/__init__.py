"""Hashing methods that came before deep ones, to compare a network with.

Each has `fit(x, labels=None)` and `encode(x)`, which gives packed codes. A
method is imported when it is first asked for, so that what only some need
(scikit-learn) costs nothing where it is not used.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tf_dnnh.baselines.bre import BRE
    from tf_dnnh.baselines.cnnh import CNNH
    from tf_dnnh.baselines.gist import Gist
    from tf_dnnh.baselines.hashing_method import HashingMethod
    from tf_dnnh.baselines.itq import ITQ
    from tf_dnnh.baselines.itq_cca import ITQCCA
    from tf_dnnh.baselines.ksh import KSH
    from tf_dnnh.baselines.label_similarity import LabelSimilarity
    from tf_dnnh.baselines.lsh import LSH
    from tf_dnnh.baselines.mlh import MLH
    from tf_dnnh.baselines.pca_hashing import PCAHashing
    from tf_dnnh.baselines.predicted_class import PredictedClass
    from tf_dnnh.baselines.spectral_hashing import SpectralHashing

__all__ = [
    "BRE",
    "CNNH",
    "ITQ",
    "ITQCCA",
    "KSH",
    "LSH",
    "MLH",
    "Gist",
    "HashingMethod",
    "LabelSimilarity",
    "PCAHashing",
    "PredictedClass",
    "SpectralHashing",
]

_MODULES = {
    "BRE": "bre",
    "CNNH": "cnnh",
    "Gist": "gist",
    "HashingMethod": "hashing_method",
    "ITQ": "itq",
    "ITQCCA": "itq_cca",
    "KSH": "ksh",
    "LSH": "lsh",
    "LabelSimilarity": "label_similarity",
    "MLH": "mlh",
    "PCAHashing": "pca_hashing",
    "PredictedClass": "predicted_class",
    "SpectralHashing": "spectral_hashing",
}


def __getattr__(name: str) -> Any:
    """Imports a public name's module at its first use."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"{__name__}.{_MODULES[name]}")
    return getattr(module, name)


def __dir__() -> list[str]:
    """The public names, imported or not."""
    return sorted(__all__)
