"""One run from a configuration: builds the parts, trains, evaluates."""

import importlib.metadata
import pathlib
import platform
import sys
import time
from typing import Any

import keras
import numpy as np
import tensorflow as tf

import tf_dnnh
from tf_dnnh.data import (
    AugmentConfig,
    ImageDataset,
    Split,
    index_batches,
    load_dataset,
    make_split,
    pixel_statistics,
    training_batches,
)
from tf_dnnh.models import HashingModel, build_hashing_model
from trainers import evaluator, files, report
from trainers.checkpoints import Checkpoints
from trainers.config import Config, ConfigError
from trainers.controller import Controller
from trainers.optimizers import make_optimizer
from trainers.stopping import StopRequests
from trainers.strategy import is_chief, make_strategy, split_cpu
from trainers.summaries import Summaries
from trainers.trainer import Trainer

# The cut-off of a data set's MAP, where its literature has one.
MAP_TOP_N = {"nuswide": 5000}


def run(config: Config, mode: str, stop: StopRequests) -> None:
    """Trains, evaluates, or both, and leaves the run folder behind.

    Args:
        config: of the run.
        mode: `train_and_eval`, `train` or `eval`.
        stop: tells when a signal asks to stop.

    Raises:
        ConfigError, DataError: the command cannot be carried out.
        TrainingError, OSError: it could not be finished.
        Stopped: a signal ended it; everything is saved.
    """
    workdir = prepare_workdir(config)
    split_cpu(config.logical_devices)
    strategy = make_strategy(config.strategy)
    keras.utils.set_random_seed(config.seed)
    if config.deterministic:
        tf.config.experimental.enable_op_determinism()
    dataset = load_dataset(
        config.dataset, config.data_dir, download=config.download
    )
    for warning in dataset.warnings():
        print(f"warning: {warning}", file=sys.stderr)
    split = make_split(
        dataset,
        config.protocol,
        seed=config.seed,
        validation=config.validation_fraction,
    )
    if is_chief(strategy):
        files.write_json(workdir / "config.json", described(config))
        split.save(workdir)
    if mode != "eval":
        train(config, workdir, dataset, split, strategy, stop)
    if mode != "train" and is_chief(strategy):
        evaluate(config, workdir, dataset, split)


def prepare_workdir(config: Config) -> pathlib.Path:
    """Creates the run folder, or accepts one of the same configuration.

    Raises:
        ConfigError: it belongs to a run that computes something else.
        OSError: it cannot be written to.
    """
    workdir = config.run_folder
    workdir.mkdir(parents=True, exist_ok=True)
    with files.replacing(workdir / "write_test") as beside:
        beside.write_text("")
    (workdir / "write_test").unlink()
    path = workdir / "config.json"
    if path.exists():
        differences = config.differences(Config.from_file(path))
        if differences:
            raise ConfigError(
                f"`--workdir` {workdir} holds a run of another configuration "
                f"({'; '.join(differences)}); choose another --workdir or "
                "the same settings."
            )
    return workdir


def described(config: Config) -> dict[str, Any]:
    """The content of `config.json`."""
    return config.to_json() | {"versions": versions()}


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that shape the numbers."""
    names = ("tensorflow", "keras", "numpy", "tensorflow-datasets")
    return {
        "tf_dnnh": tf_dnnh.__version__,
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in names},
    }


def build_model(
    config: Config, dataset: ImageDataset, split: Split
) -> HashingModel:
    """The untrained network, which knows the training images' statistics."""
    size = (config.image_size, config.image_size)
    mean, std = pixel_statistics(dataset, split.training, size)
    # The paper's initial weights suit pixels of which only the mean is taken.
    paper = config.initializer == "paper" or config.backbone.startswith("nin")
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
    if config.weights == "imagenet":
        raise ConfigError(
            "`--weights=imagenet` needs a backbone with ImageNet weights, and "
            f"{config.backbone} has none; use none or a file of weights."
        )
    if config.weights != "none":
        model.load_weights(config.weights)
    return model


def train(
    config: Config,
    workdir: pathlib.Path,
    dataset: ImageDataset,
    split: Split,
    strategy: tf.distribute.Strategy,
    stop: StopRequests,
) -> None:
    """Trains from the last checkpoint, if any, and writes `model.keras`."""
    batches = np.concatenate(
        [
            index_batches(
                dataset.labels,
                split.training,
                config.batch_size,
                images_per_class=config.images_per_class,
                seed=config.seed,
                epoch=epoch,
            )
            for epoch in range(config.epochs)
        ]
    )
    keras.mixed_precision.set_global_policy(config.precision)
    with strategy.scope():
        model = build_model(config, dataset, split)
        optimizer = make_optimizer(config, total_steps=len(batches))
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
    encoder = evaluator.Encoder(model, dataset)
    validates = chief and len(split.validation)
    Controller(
        config,
        trainer,
        checkpoints,
        batches=lambda step: distribute(
            config, dataset, batches, strategy, step
        ),
        steps_per_epoch=len(batches) // config.epochs,
        validate=(
            (lambda: evaluator.validate(encoder, dataset, split.validation))
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
    batches: np.ndarray,
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
            batches,
            size,
            augmentation=augmentation,
            seed=config.seed,
            start_step=start_step,
            shard=context.input_pipeline_id,
            num_shards=context.num_input_pipelines,
        )
        rows = context.get_per_replica_batch_size(config.batch_size)
        return stream.rebatch(rows, drop_remainder=True)

    return iter(strategy.distribute_datasets_from_function(read))


def evaluate(
    config: Config,
    workdir: pathlib.Path,
    dataset: ImageDataset,
    split: Split,
) -> None:
    """Scores `model.keras` on the queries and writes every result file.

    Raises:
        ConfigError: the run folder holds no model yet.
    """
    path = workdir / "model.keras"
    if not path.exists():
        raise ConfigError(
            f"{workdir} holds no model.keras yet; run with "
            "--mode=train_and_eval first."
        )
    began = time.monotonic()
    model = keras.saving.load_model(path)
    encoder = evaluator.Encoder(model, dataset)
    queries = evaluator.encode(encoder, dataset, split.queries, "queries")
    database = evaluator.encode(encoder, dataset, split.database, "database")
    top_n = MAP_TOP_N.get(config.dataset)
    scores = tf_dnnh.metrics.evaluate(
        queries.packed,
        database.packed,
        queries.labels,
        database.labels,
        config.bits,
        map_top_n=top_n,
        relaxed=evaluator.relaxed_codes(database.logits, config.beta),
        epsilon=float(model.threshold.epsilon.numpy()),
    )
    seconds = time.monotonic() - began
    evaluator.write_codes(workdir / "codes.npz", queries, database, config.bits)
    evaluator.write_curves(
        workdir / "curves.csv", queries, database, config.bits
    )
    evaluator.write_neighbours(
        workdir / "neighbours.npz", dataset, split, queries, database
    )
    steps, train_seconds = Checkpoints.effort(workdir / "checkpoints")
    result = {
        "dataset": config.dataset,
        "protocol": config.protocol,
        "split_sha256": split.sha256(),
        "bits": config.bits,
        "backbone": config.backbone,
        "seed": config.seed,
        "bit_health": scores.pop("bit_health"),
        "metrics": scores,
        "conventions": tf_dnnh.metrics.conventions(top_n),
        "time": {
            "train_seconds": round(train_seconds, 1),
            "images_per_second": round(
                steps * config.batch_size / max(train_seconds, 1e-9), 1
            ),
            "evaluate_seconds": round(seconds, 1),
        },
        "versions": versions(),
    }
    files.write_json(workdir / "result.json", result)
    page = report.write_report(workdir)
    print(
        f"{config.dataset}, {config.bits} bits: MAP {scores['map']:.4f}\n"
        f"Report: {page}"
    )
