"""CNNH with its network, which learns codes made from labels."""

import dataclasses
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from tf_dnnh.baselines.cnnh import similarity_codes
from tf_dnnh.data import ImageDataset, Split, shuffled_batches
from tf_dnnh.models import HashingModel
from tf_dnnh.runs.run_folder import RunFolder
from tf_dnnh.stopping import StopRequests
from trainers.config import Config
from trainers.job import Job
from trainers.losses import Loss, Metrics
from trainers.strategy import make_strategy
from trainers.training import drive, make_trainer


def code_loss() -> Loss:
    """Returns the binary cross-entropy between codes and target codes.

    The targets take the place of labels, [batch, bits] zeros and ones.
    """
    entropy = keras.losses.BinaryCrossentropy(reduction="none")

    def loss(
        codes: tf.Tensor, labels: tf.Tensor, seed: tf.Tensor
    ) -> tuple[tf.Tensor, Metrics]:
        del seed
        return tf.reduce_mean(entropy(labels, codes)), {}

    return loss


def train_cnnh(
    config: Config, dataset: ImageDataset, split: Split, training: np.ndarray
) -> HashingModel:
    """Trains the preset's network to output the codes of CNNH.

    Network, optimiser, augmentation, precision and number of epochs are those
    of the data set's preset for the triplet ranking loss; the targets are the
    codes of `similarity_codes`, the loss is the binary cross-entropy. The
    paper calls such a network CNNH*. It learns from the images `training`,
    int [n]; the split's training images determine the pixel statistics.

    Reference:
        Xia, Pan, Lai, Liu and Yan, "Supervised hashing for image retrieval
        via image representation learning", AAAI 2014; section 4 of Lai et
        al., CVPR 2015.
    """
    targets = np.zeros([len(dataset), config.bits], np.uint8)
    targets[training] = similarity_codes(
        dataset.labels[training], config.bits, config.seed
    )
    coded = dataclasses.replace(
        dataset, labels=targets, class_names=[*map(str, range(config.bits))]
    )
    size = min(config.batch_size, len(training))
    job = Job(
        config.replace(batch_size=size, cache_features=False),
        RunFolder(Path()),
        coded,
        split,
        make_strategy(config.strategy),
        lambda epoch: shuffled_batches(training, size, config.seed, epoch),
        code_loss(),
    )
    parts, trainer = make_trainer(job)
    drive(job, parts, trainer, [], StopRequests(), "CNNH")
    return parts.model
