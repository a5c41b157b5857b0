"""Dividing a model into a part that stays as it is and one that learns."""

import re

import keras

from tf_dnnh.models.backbones import layer_blocks
from tf_dnnh.models.hashing_model import HashingModel

_TRAINABLE = re.compile(r"all|head|last:[1-9]\d*")


def check_trainable(trainable: str) -> None:
    """Raises `ValueError` where a word says nothing about what learns."""
    if not _TRAINABLE.fullmatch(trainable):
        raise ValueError(
            "`trainable` must be head, all or last:N with N from 1. "
            f"Received: {trainable}"
        )


def blocks(trunk: keras.Model) -> list[str]:
    """Names the blocks of a trunk, in order, empty where it has none."""
    return list(dict.fromkeys(filter(None, layer_blocks(trunk))))


def frozen_part(trunk: keras.Model, trainable: str) -> keras.Model | None:
    """Returns the part of a trunk that does not learn.

    Args:
        trunk: a functional model whose layers are named after their blocks,
            with a layer `pooled`.
        trainable: `"all"`; `"last:N"` for the last N blocks and all that
            follows; `"head"` for what follows `pooled`.

    Returns:
        Model from the image to what the trainable part starts from, which
        shares the trunk's layers; None where all learns.

    Raises:
        ValueError: if `trainable` is none of these, or the trunk has no such
            part.
    """
    check_trainable(trainable)
    if trainable == "all":
        return None
    if not any(layer.name == "pooled" for layer in trunk.layers):
        raise ValueError(
            f"`trainable` must be all for {trunk.name}, which does not end in "
            f"a pooling and a fully connected layer. Received: {trainable}"
        )
    if trainable == "head":
        return keras.Model(trunk.inputs[0], trunk.get_layer("pooled").output)
    names, count = blocks(trunk), int(trainable.removeprefix("last:"))
    if count > len(names):
        raise ValueError(
            f"`trainable` may name at most {len(names)} blocks of "
            f"{trunk.name}. Received: {trainable}"
        )
    first = trunk.layers[layer_blocks(trunk).index(names[-count])]
    return keras.Model(trunk.inputs[0], first.input)


def freeze(trunk: keras.Model, trainable: str, statistics: bool) -> None:
    """Switches learning off for a part of a trunk.

    The frozen part keeps its batch-norm statistics and drops nothing.

    Args:
        trunk: as for `frozen_part`.
        trainable: as for `frozen_part`.
        statistics: whether batch normalisation stays as it is in the learning
            part, too: its moments, scales and offsets.

    Raises:
        ValueError: as `frozen_part`.
    """
    frozen = frozen_part(trunk, trainable)
    for layer in frozen.layers if frozen else ():
        layer.trainable = False
        if isinstance(layer, keras.layers.Dropout):
            layer.rate = 0.0
    if statistics:
        for layer in trunk.layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.trainable = False


def trainable_part(model: HashingModel, frozen: keras.Model) -> HashingModel:
    """Returns the rest of a model, for inputs that are already frozen's output.

    Args:
        model: a `HashingModel`.
        frozen: from `frozen_part` of its trunk.

    Returns:
        `HashingModel` that shares the layers: training it trains `model`. Its
        band is its own; copy `threshold.epsilon`.
    """
    rest = keras.Model(frozen.output, model.trunk.output)
    return HashingModel(
        rest,
        model.head,
        tuple(frozen.output.shape[1:]),
        epsilon=float(model.threshold.epsilon.numpy()),
        mean=0.0,
        std=1.0,
    )
