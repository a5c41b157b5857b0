"""Training a run: the parts of it, put together and driven to the end."""

import functools
import pathlib
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tf_dnnh import files
from tf_dnnh.data import (
    ImageDataset,
    Split,
    index_batches,
    pixel_statistics,
    training_batches,
)
from tf_dnnh.models import (
    PRETRAINED,
    HashingModel,
    build_hashing_model,
)
from tf_dnnh.models.pretrained import load_pretrained
from tf_dnnh.runs.versions import versions
from tf_dnnh.stopping import StopRequests
from trainers.checkpoints import Checkpoints
from trainers.config import Config, ConfigError
from trainers.controller import Controller
from trainers.encoder import validate
from trainers.frozen.feature_cache import feature_batches
from trainers.frozen.learner import (
    Learner,
    augmentation,
    make_learner,
    note_fixed_copies,
)
from trainers.frozen.parts import freeze
from trainers.optimizers import make_optimizer
from trainers.run_data import write_problems
from trainers.strategy import is_chief
from trainers.summaries import Summaries
from trainers.trainer import Trainer


def build_model(
    config: Config, dataset: ImageDataset, split: Split
) -> HashingModel:
    """The untrained network, which knows the training images' statistics."""
    if config.weights == "imagenet" and config.backbone not in PRETRAINED:
        raise ConfigError(
            "`--weights=imagenet` needs a backbone with ImageNet weights, and "
            f"{config.backbone} has none; use none or a file of weights."
        )
    size = (config.image_size, config.image_size)
    mean = std = None  # what the ImageNet weights take
    if config.backbone not in PRETRAINED:
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
            mean=mean,
            std=None if paper else std,
            dropout=config.dropout,
            initializer=config.initializer,
            seed=config.seed,
            load_size=square(config.load_size),
        )
        load_weights(model, config)
        freeze(model.trunk, config.trainable, config.batch_norm == "frozen")
    except ValueError as error:
        raise ConfigError(str(error)) from error
    return model


def square(side: int | None) -> tuple[int, int] | None:
    """(height, width), or None."""
    return None if side is None else (side, side)


def load_weights(model: HashingModel, config: Config) -> None:
    """Starts a model from ImageNet weights or a file, if it is asked for.

    Raises:
        ValueError: ImageNet weights cannot be had.
        ConfigError: the file is missing, damaged or of another network.
    """
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
    """What takes shorter steps: the trunk, but not its new last layer."""
    if config.trunk_learning_rate == 1.0:
        return []
    return [
        variable
        for layer in model.trunk.layers
        if layer.name != "features"
        for variable in layer.trainable_variables
    ]


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
        learner = make_learner(config, workdir, dataset, model)
        optimizer = make_optimizer(
            config,
            total_steps=steps_per_epoch * config.epochs,
            slow=pretrained_variables(model, config),
        )
    note_fixed_copies(config, learner)
    trainer = Trainer(
        learner.trained,
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
        write_problems(workdir, dataset)
    encoder = learner.encoder(dataset)
    validates = chief and len(split.validation)
    Controller(
        config,
        trainer,
        checkpoints,
        batches=lambda step: distribute(
            config, dataset, split, learner, batches, strategy, step
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
        checkpoints.use_kept()
        learner.finish()
        with files.replacing(workdir / "model.keras") as beside:
            model.save(beside)


def distribute(
    config: Config,
    dataset: ImageDataset,
    split: Split,
    learner: Learner,
    batches: Callable[..., np.ndarray],
    strategy: tf.distribute.Strategy,
    start_step: int,
) -> Any:
    """An iterator over the batches from a step on, split among the replicas.

    Each worker reads its own part of every global batch and hands its
    replicas consecutive rows, so that replica order is batch order.
    """
    size = (config.image_size, config.image_size)

    def make(epoch: int) -> np.ndarray:
        return batches(epoch=epoch)

    if cache := learner.cache:
        cache.fill(split.training, config.cache_copies, "training images")

    def read(context: tf.distribute.InputContext) -> tf.data.Dataset:
        if cache:
            stream = feature_batches(
                cache,
                dataset.labels,
                split.training,
                make,
                copies=config.cache_copies,
                seed=config.seed,
                epochs=config.epochs,
                start_step=start_step,
            )
        else:
            stream = training_batches(
                dataset,
                make,
                size,
                load_size=square(config.load_size),
                augmentation=augmentation(config),
                seed=config.seed,
                epochs=config.epochs,
                start_step=start_step,
                shard=context.input_pipeline_id,
                num_shards=context.num_input_pipelines,
            )
        rows = context.get_per_replica_batch_size(config.batch_size)
        return stream.rebatch(rows, drop_remainder=True)

    return iter(strategy.distribute_datasets_from_function(read))
