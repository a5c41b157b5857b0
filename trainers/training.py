"""Training of a run: builds its parts and trains to the last epoch."""

import functools

import numpy as np
import tensorflow as tf

from tf_dnnh.runs.versions import versions
from tf_dnnh.stopping import StopRequests
from trainers.actions.action import Action
from trainers.actions.checkpointing import Checkpointing
from trainers.actions.collapse_alarm import CollapseAlarm
from trainers.actions.epoch_lines import EpochLines
from trainers.actions.epsilon_schedule import EpsilonSchedule
from trainers.actions.history import History
from trainers.actions.summaries import Summaries
from trainers.actions.validation import Validation
from trainers.checkpoints import Checkpoints
from trainers.cluster import agreement
from trainers.controller import Controller
from trainers.epoch_sums import EpochSums
from trainers.frozen.split_model import SplitModel, note_copies, split_model
from trainers.job import Job
from trainers.network import build_model, pretrained_variables
from trainers.optimizers import make_optimizer
from trainers.precision import policy_scope
from trainers.trainer import Trainer


def train(job: Job, stop: StopRequests) -> None:
    """Trains from the last checkpoint, if any, and writes `model.keras`.

    Raises:
        ConfigError: the settings do not fit together.
        Stopped: on a signal, after saving.
        TrainingError: the loss is not finite.
    """
    folder = job.folder
    parts, trainer = make_trainer(job)
    checkpoints = Checkpoints(folder.checkpoints, trainer, job.chief)
    checkpoints.restore()
    if job.chief:
        # Written only now: a command that cannot run leaves no files behind.
        folder.write_config(job.config.to_json() | {"versions": versions()})
        folder.write_split(job.split)
        folder.write_problems(job.dataset)
        print(_opening_line(job), flush=True)
    actions = _actions(job, parts, trainer, checkpoints)
    drive(job, parts, trainer, actions, stop, sums=checkpoints.sums)
    if job.chief:
        checkpoints.use_kept()
        parts.finish()
        folder.save_model(parts.model)


def make_trainer(job: Job) -> tuple[SplitModel, Trainer]:
    """Builds the network, its optimiser and its trainer."""
    config, strategy = job.config, job.strategy
    total_steps = job.steps_per_epoch * config.epochs
    with strategy.scope(), policy_scope(config):
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


def _opening_line(job: Job) -> str:
    """Describes the run: data, sizes, network, devices and folder."""
    config, counts = job.config, job.split.counts()
    replicas = job.strategy.num_replicas_in_sync
    kind = "GPU" if tf.config.list_logical_devices("GPU") else "CPU"
    devices = kind if replicas == 1 else f"{replicas} {kind}s"
    return (
        f"{config.dataset}, protocol {config.protocol}: "
        f"{counts['training']:,} training, {counts['validation']:,} "
        f"validation, {counts['queries']:,} query and "
        f"{counts['database']:,} database images; {config.backbone}, "
        f"{config.bits} bits, {config.epochs} epochs; "
        f"{devices} in {config.precision}; "
        f"{job.folder.path}"
    )


def _actions(
    job: Job, parts: SplitModel, trainer: Trainer, checkpoints: Checkpoints
) -> list[Action]:
    """Returns the controller's actions, in the order of their calls."""
    config, dataset = job.config, job.dataset
    indices = job.split.validation if job.chief else np.array([], np.int64)
    encoder = parts.encoder(dataset)
    validation = Validation(encoder, dataset, indices, checkpoints, config)
    actions: list[Action] = [
        EpsilonSchedule(trainer.model.threshold, config),
        validation,
        CollapseAlarm(validation, config),
    ]
    if job.chief:
        finished = int(trainer.step.numpy()) // job.steps_per_epoch
        actions += [
            History(job.folder, finished),
            Summaries(job.folder.logs, dataset, indices, validation),
            EpochLines(config.epochs),
        ]
    return [*actions, Checkpointing(checkpoints, config.checkpoint_seconds)]


def drive(
    job: Job,
    parts: SplitModel,
    trainer: Trainer,
    actions: list[Action],
    stop: StopRequests,
    description: str | None = None,
    sums: EpochSums | None = None,
) -> None:
    """Trains to the last epoch."""
    Controller(
        job.config,
        trainer,
        actions,
        batches=functools.partial(job.stream, parts),
        steps_per_epoch=job.steps_per_epoch,
        sums=sums,
        agree=agreement(job.strategy),
        description=description,
    ).train(stop)
