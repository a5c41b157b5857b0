"""Splits a backbone into a frozen and a trainable part."""

import re

import keras

from tf_dnnh.models.backbones import layer_blocks
from tf_dnnh.models.hashing_model import HashingModel

_TRAINABLE = re.compile(r"all|head|last:[1-9]\d*")


def frozen_part(backbone: keras.Model, trainable: str) -> keras.Model | None:
    """Returns the part of a backbone that is not trained.

    Args:
        backbone: a functional model with a layer `pooled`; the table of
            backbones defines its blocks.
        trainable: `"all"`; `"last:N"` for the last N blocks and all layers
            after them; `"head"` for the layers after `pooled`.

    Returns:
        Model from the image to the input of the trainable part, which shares
        the backbone's layers; None if everything is trained.

    Raises:
        ValueError: if `trainable` is none of these, or the backbone has no
            such part.
    """
    if not _TRAINABLE.fullmatch(trainable):
        raise ValueError(
            "`trainable` must be head, all or last:N with N from 1. "
            f"Received: {trainable}"
        )
    if trainable == "all":
        return None
    if not any(layer.name == "pooled" for layer in backbone.layers):
        raise ValueError(
            f"`trainable` must be all for {backbone.name}, which does not end "
            "in a pooling and a fully connected layer. Received: "
            f"{trainable}"
        )
    if trainable == "head":
        outputs = backbone.get_layer("pooled").output
        return keras.Model(backbone.inputs[0], outputs)
    blocks = layer_blocks(backbone)
    names = list(dict.fromkeys(filter(None, blocks)))
    count = int(trainable.removeprefix("last:"))
    if count > len(names):
        raise ValueError(
            f"`trainable` may name at most {len(names)} blocks of "
            f"{backbone.name}. Received: {trainable}"
        )
    first = backbone.layers[blocks.index(names[-count])]
    return keras.Model(backbone.inputs[0], first.input)


def freeze(
    backbone: keras.Model, trainable: str, statistics: bool
) -> keras.Model | None:
    """Makes a part of a backbone not trainable.

    The frozen part keeps its batch-norm statistics and applies no dropout.

    Args:
        backbone: as for `frozen_part`.
        trainable: as for `frozen_part`.
        statistics: whether batch normalisation is frozen in the trainable
            part, too: moments, scales and offsets.

    Returns:
        The frozen part, as `frozen_part` does.

    Raises:
        ValueError: as `frozen_part`.
    """
    frozen = frozen_part(backbone, trainable)
    for layer in frozen.layers if frozen else ():
        layer.trainable = False
        if isinstance(layer, keras.layers.Dropout):
            layer.rate = 0.0
    if statistics:
        for layer in backbone.layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.trainable = False
    return frozen


def trainable_part(model: HashingModel, frozen: keras.Model) -> HashingModel:
    """Returns the rest of a model, which takes the frozen part's output.

    Args:
        model: a `HashingModel`.
        frozen: from `frozen_part` of its backbone.

    Returns:
        `HashingModel` that shares the layers: training it trains `model`. Only
        the threshold is a separate one: copy its `epsilon` after training.
    """
    rest = keras.Model(frozen.output, model.backbone.output)
    return HashingModel(
        rest,
        model.head,
        tuple(frozen.output.shape[1:]),
        epsilon=float(model.threshold.epsilon.numpy()),
        mean=0.0,
        std=1.0,
    )
