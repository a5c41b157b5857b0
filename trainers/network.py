"""Builds the network of a run and gives it its initial weights."""

import keras

from tf_dnnh.data import ImageDataset, Split, pixel_statistics
from tf_dnnh.models import PRETRAINED, HashingModel, build_hashing_model
from tf_dnnh.models.pretrained import load_pretrained
from trainers.config import Config, ConfigError
from trainers.frozen.parts import freeze


def build_model(
    config: Config, dataset: ImageDataset, split: Split
) -> HashingModel:
    """Builds the untrained network.

    Args:
        config: of the run.
        dataset: the images.
        split: its training images give mean and deviation of the pixels,
            unless ImageNet weights have their own.

    Raises:
        ConfigError: for settings that do not fit together, or weights that
            cannot be loaded.
    """
    if config.weights == "imagenet" and config.backbone not in PRETRAINED:
        raise ConfigError(
            "`--weights=imagenet` needs a backbone with ImageNet weights, and "
            f"{config.backbone} has none; use none or a file of weights."
        )
    mean = std = None  # the pixels that the ImageNet weights take
    if config.backbone not in PRETRAINED:
        mean, std = pixel_statistics(dataset, split.training, config.size)
    # The paper's initial weights suit pixels that are centred but not scaled.
    paper = config.initializer == "paper" or config.backbone.startswith("nin")
    try:
        model = build_hashing_model(
            config.backbone,
            bits=config.bits,
            input_shape=(*config.size, 3),
            head=config.head,
            beta=config.beta,
            epsilon=config.epsilon,
            mean=mean,
            std=None if paper else std,
            dropout=config.dropout,
            initializer=config.initializer,
            seed=config.seed,
            load_size=config.size_loaded,
        )
        _load_weights(model, config)
        freeze(model.trunk, config.trainable, config.batch_norm == "frozen")
    except ValueError as error:
        raise ConfigError(str(error)) from error
    return model


def _load_weights(model: HashingModel, config: Config) -> None:
    path = config.weights
    if path == "none":
        return
    if config.backbone in PRETRAINED and not path.endswith(".keras"):
        load_pretrained(model.trunk, path, config.download)
        return
    try:
        model.load_weights(path)
    except (OSError, ValueError, KeyError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ConfigError(
            f"`--weights` could not be loaded from {path} ({reason}); give "
            "the model.keras of a run with the same network and bits."
        ) from error


def pretrained_variables(
    model: HashingModel, config: Config
) -> list[keras.Variable]:
    """Returns the variables that take shorter steps.

    They are those of the backbone without its new last layer, or none if
    `backbone_learning_rate` is 1.
    """
    if config.backbone_learning_rate == 1.0:
        return []
    return [
        variable
        for layer in model.trunk.layers
        if layer.name != "features"
        for variable in layer.trainable_variables
    ]
