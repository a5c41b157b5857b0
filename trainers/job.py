"""The images, batches and devices of a training."""

import dataclasses
import functools
from collections.abc import Callable, Iterator

import numpy as np
import tensorflow as tf

from tf_dnnh.data import ImageDataset, Split, index_batches, training_batches
from tf_dnnh.runs.run_folder import RunFolder
from trainers.config import Config, ConfigError
from trainers.frozen.features import feature_batches
from trainers.frozen.split_model import SplitModel
from trainers.losses import LOSSES, Loss


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
        chief: whether this process writes the run's files.

    Raises:
        ConfigError: the batch does not divide evenly among the replicas.
    """

    config: Config
    folder: RunFolder
    dataset: ImageDataset
    split: Split
    strategy: tf.distribute.Strategy
    batches: Callable[[int], np.ndarray]
    loss: Loss
    chief: bool = True

    def __post_init__(self) -> None:
        replicas = self.strategy.num_replicas_in_sync
        if self.config.batch_size % replicas:
            raise ConfigError(
                "`batch_size` must divide evenly among the replicas. Received: "
                f"batch_size={self.config.batch_size}, replicas={replicas}"
            )

    @functools.cached_property
    def steps_per_epoch(self) -> int:
        """Number of batches per epoch."""
        return len(self.batches(0))

    def stream(self, parts: SplitModel, start_step: int = 0) -> Iterator:
        """Streams batches from a step on, divided among the replicas.

        Each worker reads its own shard of every global batch and gives its
        replicas consecutive rows, so that replica order is batch order.
        """
        config, dataset, split = self.config, self.dataset, self.split
        features = parts.features
        if features:
            features.fill(
                split.training, config.cache_copies, "training images"
            )

        def read(context: tf.distribute.InputContext) -> tf.data.Dataset:
            if features:
                batches = feature_batches(
                    features,
                    dataset.labels,
                    split.training,
                    self.batches,
                    copies=config.cache_copies,
                    seed=config.seed,
                    epochs=config.epochs,
                    start_step=start_step,
                )
            else:
                batches = training_batches(
                    dataset,
                    self.batches,
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

        return iter(self.strategy.distribute_datasets_from_function(read))


def make_job(
    config: Config,
    folder: RunFolder,
    dataset: ImageDataset,
    split: Split,
    strategy: tf.distribute.Strategy,
    chief: bool = True,
) -> Job:
    """Returns the job that a configuration describes.

    Raises:
        ConfigError: its loss is unknown, or its batches do not fit the
            devices.
    """
    if config.loss not in LOSSES:
        raise ConfigError(
            f"`loss` must be one of {', '.join(LOSSES)}. "
            f"Received: {config.loss}"
        )

    images = len(split.training)
    # A little more repeats some images, so that a preset fits few pictures.
    if config.batch_size >= 2 * images:
        raise ConfigError(
            "`batch_size` must be below twice the number of training images, "
            f"{images}. Received: {config.batch_size}"
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
    return Job(config, folder, dataset, split, strategy, batches, loss, chief)
