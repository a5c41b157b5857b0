"""Classical hashing methods, and GIST features, as baselines for a network.

Each method has `fit(x, labels=None)` and `encode(x)`, which returns packed
codes. Methods that need scikit-learn import it when they are fitted.
"""

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
