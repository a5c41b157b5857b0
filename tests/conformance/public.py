"""Lists every public layer, loss, backbone and metric, and how to call it.

The tests of this folder run over these lists; `coverage_test` fails if a public
name is in none of them.
"""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np

from tf_dnnh import layers, losses, metrics, models
from tf_dnnh.models.hashing_model import HashingModel


@dataclasses.dataclass(frozen=True)
class Case:
    """One public name.

    Attributes:
        public: the public object, whose docstring is checked.
        make: returns the callable that takes the inputs: a layer, a model, a
            loss or a function.
        inputs: arrays by the names of the arguments.
        sizes: sizes by their names in documented shapes.
    """

    public: Any
    make: Callable[[], Any]
    inputs: Mapping[str, np.ndarray]
    sizes: Mapping[str, int]

    def call(self, made: Any, **options: Any) -> Any:
        """Calls the callable that `make` returned, as a user would."""
        return made(*self.inputs.values(), **options)


def _floats(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).random(shape).astype(np.float32)


def _images(*shape: int) -> np.ndarray:
    return np.round(255 * _floats(*shape))


def _backbone(name: str, side: int) -> Case:
    return Case(
        getattr(models, name),
        lambda: models.BACKBONES[name](2, (side, side, 3), dropout=0.0, seed=0),
        {"images": _floats(4, side, side, 3)},
        {"batch": 4, "height": side, "width": side, "channels": 3, "bits": 2},
    )


def _hashing_model() -> HashingModel:
    inputs = keras.Input((6, 5, 3))
    features = keras.layers.Conv2D(12, 3, activation="relu")(inputs)
    features = keras.layers.GlobalAveragePooling2D()(features)
    backbone = keras.Model(inputs, features)
    head = layers.DivideAndEncode(4, dtype="float32")
    return models.HashingModel(backbone, head, (6, 5, 3), epsilon=0.25)


LAYERS = {
    "DivideAndEncode": Case(
        layers.DivideAndEncode,
        lambda: layers.DivideAndEncode(4, beta=2.0),
        {"features": _floats(4, 12)},
        {"batch": 4, "bits": 4, "k": 3},
    ),
    "FullyConnectedEncode": Case(
        layers.FullyConnectedEncode,
        lambda: layers.FullyConnectedEncode(4, beta=2.0),
        {"features": _floats(4, 12)},
        {"batch": 4, "bits": 4, "features": 12},
    ),
    "GlobalBatchNormalization": Case(
        models.GlobalBatchNormalization,
        lambda: models.GlobalBatchNormalization(momentum=0.5),
        {"inputs": _floats(4, 3, 3, 2)},
        {"batch": 4, "channels": 2},
    ),
    "PiecewiseThreshold": Case(
        layers.PiecewiseThreshold,
        lambda: layers.PiecewiseThreshold(0.25),
        {"inputs": _floats(4, 12)},
        {},
    ),
}

BACKBONES = {
    "efficientnet_lite0": _backbone("efficientnet_lite0", 32),
    "nin": _backbone("nin", 87),
    "nin32": _backbone("nin32", 16),
    "plain_cnn": _backbone("plain_cnn", 8),
    "residual_cnn": _backbone("residual_cnn", 8),
    "small_resnet": _backbone("small_resnet", 8),
}

# Tested in the same way, but slow: `pytest -m slow`.
HEAVY_BACKBONES = {
    name: _backbone(name, 32)
    for name in (
        "convnext_tiny",
        "efficientnet_v2_b0",
        "mobilenet_v3",
        "resnet50",
    )
}

MODELS = {
    "HashingModel": Case(
        models.HashingModel,
        _hashing_model,
        {"images": _images(4, 6, 5, 3)},
        {"batch": 4, "bits": 4, "height": 6, "width": 5, "channels": 3},
    ),
    "build_hashing_model": Case(
        models.build_hashing_model,
        lambda: models.build_hashing_model(
            "plain_cnn", 4, (8, 8, 3), dropout=0.0, seed=0
        ),
        {"images": _images(4, 8, 8, 3)},
        {"batch": 4, "features": 200},
    ),
}

_LOSS_SIZES = {"batch": 8, "bits": 6, "classes": 3}
_CODES = _floats(8, 6)
_CLASSES = np.array([0, 1, 2, 0, 1, 2, 0, 1])

LOSS_FUNCTIONS = {
    "batch_triplet_loss": Case(
        losses.batch_triplet_loss,
        lambda: losses.batch_triplet_loss,
        {"codes": _CODES, "labels": _CLASSES},
        _LOSS_SIZES,
    ),
    "triplet_ranking": Case(
        losses.triplet_ranking,
        lambda: losses.triplet_ranking,
        {"anchor": _CODES, "positive": _CODES[::-1], "negative": 1 - _CODES},
        _LOSS_SIZES,
    ),
}

LOSSES = {
    "TripletRankingLoss": Case(
        losses.TripletRankingLoss,
        lambda: losses.TripletRankingLoss(margin=2.0),
        {"y_true": _CLASSES, "y_pred": _CODES},
        _LOSS_SIZES,
    )
}

# Three queries and five items; codes of two bytes, twelve bits.
_SIZES = {
    "q": 3,
    "n": 5,
    "bytes": 2,
    "bits": 12,
    "classes": 2,
    "k": 2,
    "levels": 3,
}
_BITS = np.random.default_rng(0).integers(0, 2, (5, 12), np.uint8)
_PACKED = np.packbits(_BITS, axis=1)
_SETS = np.array([[1, 0], [0, 1], [1, 1], [0, 1], [1, 0]])
_RANKING = {
    "query_codes": _PACKED[:3],
    "database_codes": _PACKED,
    "query_labels": _SETS[:3],
    "database_labels": _SETS,
}
_ITEMS, _RELEVANT = metrics.distance_histograms(*_RANKING.values(), 12)
_HISTOGRAMS = {"items": _ITEMS, "relevant": _RELEVANT}


def _metric(
    name: str, inputs: dict[str, np.ndarray], *more: Any, **options: Any
) -> Case:
    function = getattr(metrics, name)
    return Case(
        function,
        lambda: lambda *x: function(*x, *more, **options),
        inputs,
        _SIZES,
    )


METRICS = {
    "average_precision": _metric("average_precision", _HISTOGRAMS),
    "bit_health": _metric("bit_health", {"packed": _PACKED}, 12),
    "conventions": _metric("conventions", {}),
    "curves": _metric("curves", _HISTOGRAMS),
    "distance_histograms": _metric("distance_histograms", _RANKING, 12),
    "evaluate": _metric("evaluate", _RANKING, 12),
    "histogram_metrics": _metric("histogram_metrics", _HISTOGRAMS),
    "mean_average_precision": _metric("mean_average_precision", _RANKING),
    "ndcg": _metric("ndcg", _RANKING),
    "precision_at": _metric("precision_at", _HISTOGRAMS, [1, 3]),
    "recall_at": _metric("recall_at", _HISTOGRAMS, [1, 3]),
    "relevance": _metric(
        "relevance",
        {"query_labels": _SETS[:3], "database_labels": _SETS},
    ),
    "shared_label_histograms": _metric("shared_label_histograms", _RANKING, 12),
    "within_radius": _metric("within_radius", _HISTOGRAMS),
}

# Tables of the above and their row type, which are not tested themselves.
TABLES = {"BACKBONES", "Backbone", "MINING", "PRETRAINED"}
EVERYTHING = {
    **LAYERS,
    **BACKBONES,
    **MODELS,
    **LOSS_FUNCTIONS,
    **LOSSES,
    **METRICS,
}
