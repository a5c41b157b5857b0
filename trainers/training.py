"""Training a run: the parts of it, put together and driven to the end."""

import functools
import pathlib
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tf_dnnh.data import (
    AugmentConfig,
    ImageDataset,
    Split,
    index_batches,
    pixel_statistics,
    training_batches,
)
from tf_dnnh.models import HashingModel, build_hashing_model
from trainers import files
from trainers.checkpoints import Checkpoints
from trainers.config import Config, ConfigError
from trainers.controller import Controller
from trainers.encoder import Encoder, validate
from trainers.optimizers import make_optimizer
from trainers.stopping import StopRequests
from trainers.strategy import is_chief
from trainers.summaries import Summaries
from trainers.trainer import Trainer
from trainers.versions import versions


def build_model(
    config: Config, dataset: ImageDataset, split: Split
) -> HashingModel:
    """The untrained network, which knows the training images' statistics."""
    if config.weights == "imagenet":
        raise ConfigError(
            "`--weights=imagenet` needs a backbone with ImageNet weights, and "
            f"{config.backbone} has none; use none or a file of weights."
        )
    size = (config.image_size, config.image_size)
    mean, std = pixel_statistics(dataset, split.training, size)
    # The paper's initial weights suit pixels of which only the mean is taken.
    paper = config.initializer == "paper" or config.backbone.startswith("nin")
    try:
        model = build_hashing_model(
            config.backbone,
            bits=config.bits,
            input_shape=(*size, 3),
            head=config.head,
            beta=config.beta,
            epsilon=config.epsilon,
            mean=mean.tolist(),
            std=None if paper else std.tolist(),
            dropout=config.dropout,
            initializer=config.initializer,
            seed=config.seed,
        )
    except ValueError as error:
        raise ConfigError(str(error)) from error
    if config.weights != "none":
        load_weights(model, config.weights)
    return model


def load_weights(model: HashingModel, path: str) -> None:
    """Starts a model from a file of weights of the same network.

    Raises:
        ConfigError: the file is missing, damaged or of another network.
    """
    try:
        model.load_weights(path)
    except (OSError, ValueError, KeyError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ConfigError(
            f"`--weights` could not be loaded from {path} ({reason}); give "
            "the model.keras of a run with the same network and bits."
        ) from error


def train(
    config: Config,
    workdir: pathlib.Path,
    dataset: ImageDataset,
    split: Split,
    strategy: tf.distribute.Strategy,
    stop: StopRequests,
) -> None:
    """Trains from the last checkpoint, if any, and writes `model.keras`."""
    batches = functools.partial(
        index_batches,
        dataset.labels,
        split.training,
        config.batch_size,
        images_per_class=config.images_per_class,
        seed=config.seed,
    )
    steps_per_epoch = len(batches(epoch=0))
    keras.mixed_precision.set_global_policy(config.precision)
    with strategy.scope():
        model = build_model(config, dataset, split)
        optimizer = make_optimizer(
            config, total_steps=steps_per_epoch * config.epochs
        )
    trainer = Trainer(
        model,
        optimizer,
        strategy,
        batch_size=config.batch_size,
        margin=config.margin,
        mining=config.mining,
        loss_reduction=config.loss_reduction,
        l2=config.weight_decay if config.optimizer == "sgd" else 0.0,
        clip_norm=config.clip_norm,
        seed=config.seed,
        jit_compile=config.jit_compile,
    )
    checkpoints = Checkpoints(workdir / "checkpoints", trainer)
    checkpoints.restore()
    chief = is_chief(strategy)
    if chief:
        # Only now: a command that cannot run leaves no trace of itself.
        files.write_json(
            workdir / "config.json", config.to_json() | {"versions": versions()}
        )
        split.save(workdir)
    encoder = Encoder(model, dataset)
    validates = chief and len(split.validation)
    Controller(
        config,
        trainer,
        checkpoints,
        batches=lambda step: distribute(
            config, dataset, batches, strategy, step
        ),
        steps_per_epoch=steps_per_epoch,
        validate=(
            (lambda: validate(encoder, dataset, split.validation))
            if validates
            else None
        ),
        on_epoch=(
            Summaries(workdir / "logs", dataset, split.validation).write
            if chief
            else lambda record, bits: None
        ),
        history=workdir / "history.csv" if chief else None,
    ).train(stop)
    if chief:
        checkpoints.use_best()
        with files.replacing(workdir / "model.keras") as beside:
            model.save(beside)


def distribute(
    config: Config,
    dataset: ImageDataset,
    batches: Callable[..., np.ndarray],
    strategy: tf.distribute.Strategy,
    start_step: int,
) -> Any:
    """An iterator over the batches from a step on, split among the replicas.

    Each worker reads its own part of every global batch and hands its
    replicas consecutive rows, so that replica order is batch order.
    """
    size = (config.image_size, config.image_size)
    augmentation = AugmentConfig(
        flip=config.flip,
        crop_padding=config.crop_padding,
        contrast=config.contrast,
        brightness=config.brightness,
        color=config.color,
        cutout=config.cutout,
    )

    def read(context: tf.distribute.InputContext) -> tf.data.Dataset:
        stream = training_batches(
            dataset,
            lambda epoch: batches(epoch=epoch),
            size,
            augmentation=augmentation,
            seed=config.seed,
            epochs=config.epochs,
            start_step=start_step,
            shard=context.input_pipeline_id,
            num_shards=context.num_input_pipelines,
        )
        rows = context.get_per_replica_batch_size(config.batch_size)
        return stream.rebatch(rows, drop_remainder=True)

    return iter(strategy.distribute_datasets_from_function(read))
