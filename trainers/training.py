"""Training of a run: builds its parts and trains to the last epoch."""

import dataclasses
import functools
from collections.abc import Callable, Iterator

import keras
import numpy as np
import tensorflow as tf

from tf_dnnh.data import ImageDataset, Split, index_batches, training_batches
from tf_dnnh.runs.run_folder import RunFolder
from tf_dnnh.runs.versions import versions
from tf_dnnh.stopping import StopRequests
from trainers.actions.action import Action
from trainers.actions.checkpointing import Checkpointing
from trainers.actions.collapse_alarm import CollapseAlarm
from trainers.actions.epsilon_schedule import EpsilonSchedule
from trainers.actions.history import History
from trainers.actions.summaries import Summaries
from trainers.actions.validation import Validation
from trainers.checkpoints import Checkpoints
from trainers.config import Config, ConfigError
from trainers.controller import Controller
from trainers.frozen.features import feature_batches
from trainers.frozen.split_model import SplitModel, note_copies, split_model
from trainers.losses import LOSSES, Loss
from trainers.network import build_model, pretrained_variables
from trainers.optimizers import make_optimizer
from trainers.strategy import check_batch_size, is_chief
from trainers.trainer import Trainer


@dataclasses.dataclass(frozen=True)
class Job:
    """Everything that training needs.

    Attributes:
        config: the run's configuration.
        folder: the run folder.
        dataset: the images.
        split: the images to train on and to validate with.
        strategy: the devices.
        batches: maps the number of an epoch, from 0, to the indices of its
            images, int [steps, batch].
        loss: function of codes, labels and seed, see `trainers.losses`.
    """

    config: Config
    folder: RunFolder
    dataset: ImageDataset
    split: Split
    strategy: tf.distribute.Strategy
    batches: Callable[[int], np.ndarray]
    loss: Loss

    @functools.cached_property
    def steps_per_epoch(self) -> int:
        """Number of batches per epoch."""
        return len(self.batches(0))


def make_job(
    config: Config,
    folder: RunFolder,
    dataset: ImageDataset,
    split: Split,
    strategy: tf.distribute.Strategy,
) -> Job:
    """Returns the job that a configuration describes.

    Raises:
        ConfigError: if its loss is unknown.
    """
    if config.loss not in LOSSES:
        raise ConfigError(
            f"`loss` must be one of {', '.join(LOSSES)}. "
            f"Received: {config.loss}"
        )

    def batches(epoch: int) -> np.ndarray:
        return index_batches(
            dataset.labels,
            split.training,
            config.batch_size,
            images_per_class=config.images_per_class,
            seed=config.seed,
            epoch=epoch,
        )

    loss = LOSSES[config.loss](config)
    return Job(config, folder, dataset, split, strategy, batches, loss)


def train(job: Job, stop: StopRequests) -> None:
    """Trains from the last checkpoint, if any, and writes `model.keras`.

    Raises:
        ConfigError: the settings do not fit together.
        Stopped: on a signal, after saving.
        TrainingError: the loss is not finite.
    """
    folder, chief = job.folder, is_chief(job.strategy)
    parts, trainer = make_trainer(job)
    checkpoints = Checkpoints(folder.checkpoints, trainer, chief)
    checkpoints.restore()
    if chief:
        # Written only now: a command that cannot run leaves no files behind.
        folder.write_config(job.config.to_json() | {"versions": versions()})
        folder.write_split(job.split)
        folder.write_problems(job.dataset)
    actions = _actions(job, parts, trainer, checkpoints, chief)
    drive(job, parts, trainer, actions, stop)
    if chief:
        checkpoints.use_kept()
        parts.finish()
        folder.save_model(parts.model)


def make_trainer(job: Job) -> tuple[SplitModel, Trainer]:
    """Builds the network, its optimiser and its trainer."""
    config, strategy = job.config, job.strategy
    check_batch_size(strategy, config.batch_size)
    keras.mixed_precision.set_global_policy(config.precision)
    total_steps = job.steps_per_epoch * config.epochs
    with strategy.scope():
        model = build_model(config, job.dataset, job.split)
        parts = split_model(config, job.folder.path, job.dataset, model)
        pretrained = pretrained_variables(model, config)
        optimizer = make_optimizer(config, total_steps, pretrained)
    note_copies(config, parts)
    trainer = Trainer(
        parts.trained,
        optimizer,
        strategy,
        job.loss,
        seed=config.seed,
        jit_compile=config.jit_compile,
    )
    return parts, trainer


def _actions(
    job: Job,
    parts: SplitModel,
    trainer: Trainer,
    checkpoints: Checkpoints,
    chief: bool,
) -> list[Action]:
    """Returns the controller's actions, in the order of their calls."""
    config, dataset = job.config, job.dataset
    indices = job.split.validation if chief else np.array([], np.int64)
    encoder = parts.encoder(dataset)
    validation = Validation(encoder, dataset, indices, checkpoints, config)
    actions: list[Action] = [
        EpsilonSchedule(trainer.model.threshold, config),
        validation,
        CollapseAlarm(validation, config),
    ]
    if chief:
        finished = int(trainer.step.numpy()) // job.steps_per_epoch
        actions += [
            History(job.folder, finished),
            Summaries(job.folder.logs, dataset, indices, validation),
        ]
    return [*actions, Checkpointing(checkpoints, config.checkpoint_seconds)]


def drive(
    job: Job,
    parts: SplitModel,
    trainer: Trainer,
    actions: list[Action],
    stop: StopRequests,
    description: str | None = None,
) -> None:
    """Trains to the last epoch."""
    Controller(
        job.config,
        trainer,
        actions,
        batches=lambda step: stream(job, parts, step),
        steps_per_epoch=job.steps_per_epoch,
        description=description,
    ).train(stop)


def stream(job: Job, parts: SplitModel, start_step: int = 0) -> Iterator:
    """Streams batches from a step on, divided among the replicas.

    Each worker reads its own shard of every global batch and gives its
    replicas consecutive rows, so that replica order is batch order.
    """
    config, dataset, split = job.config, job.dataset, job.split
    features = parts.features
    if features:
        features.fill(split.training, config.cache_copies, "training images")

    def read(context: tf.distribute.InputContext) -> tf.data.Dataset:
        if features:
            batches = feature_batches(
                features,
                dataset.labels,
                split.training,
                job.batches,
                copies=config.cache_copies,
                seed=config.seed,
                epochs=config.epochs,
                start_step=start_step,
            )
        else:
            batches = training_batches(
                dataset,
                job.batches,
                config.size,
                load_size=config.size_loaded,
                augmentation=config.augmentation,
                seed=config.seed,
                epochs=config.epochs,
                start_step=start_step,
                shard=context.input_pipeline_id,
                num_shards=context.num_input_pipelines,
            )
        rows = context.get_per_replica_batch_size(config.batch_size)
        return batches.rebatch(rows, drop_remainder=True)

    return iter(job.strategy.distribute_datasets_from_function(read))
