"""Builds the network of a run and gives it its initial weights."""

import keras

from tf_dnnh.data import ImageDataset, Split, pixel_statistics
from tf_dnnh.models import BACKBONES, HashingModel, build_hashing_model
from tf_dnnh.models.pretrained import load_pretrained
from trainers.config import Config, ConfigError
from trainers.fine_tuning import has_imagenet_weights


def build_model(
    config: Config, dataset: ImageDataset, split: Split
) -> HashingModel:
    """Builds the network of a run with its initial weights.

    Args:
        config: the run's configuration.
        dataset: the images.
        split: its training images determine the mean and standard deviation
            of the pixels, unless the ImageNet weights do.

    Raises:
        ConfigError: for settings that do not fit together, or weights that
            cannot be loaded.
    """
    row = BACKBONES.get(config.backbone)
    if row is None:
        raise ConfigError(
            f"`--backbone` must be one of {', '.join(BACKBONES)}. "
            f"Received: {config.backbone}"
        )
    mean = std = None  # those that the ImageNet weights expect
    if row.load_weights is None:
        if config.weights == "imagenet":
            raise ConfigError(
                "`--weights=imagenet` needs a backbone with ImageNet weights, "
                f"and {config.backbone} has none; use none or a file of "
                "weights."
            )
        mean, std = pixel_statistics(dataset, split.training, config.size)
        std = row.std_for(config.initializer, std)
    try:
        model = build_hashing_model(
            config.backbone,
            bits=config.bits,
            input_shape=(*config.size, 3),
            head=config.head,
            beta=config.beta,
            epsilon=config.epsilon,
            mean=mean,
            std=std,
            dropout=config.dropout,
            initializer=config.initializer,
            seed=config.seed,
            load_size=config.size_loaded,
            views=config.views,
        )
        _load_weights(model, config)
    except ValueError as error:
        if "output size would be zero or negative" in str(error):
            raise ConfigError(
                f"Images of {config.image_size} x {config.image_size} pixels "
                f"are too small for --backbone={config.backbone}: give a "
                "larger --override=image_size=N, or another backbone."
            ) from error
        raise ConfigError(str(error)) from error
    return model


def _load_weights(model: HashingModel, config: Config) -> None:
    path = config.weights
    if path == "none":
        return
    if has_imagenet_weights(config):
        load_pretrained(model.backbone, path, config.download)
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
    """Returns the variables that `backbone_learning_rate` applies to.

    These are the backbone's trainable ones without its new last layer; none
    if the factor is 1.
    """
    if config.backbone_learning_rate == 1.0:
        return []
    return [
        variable
        for layer in model.backbone.layers
        if layer.name != "features"
        for variable in layer.trainable_variables
    ]
