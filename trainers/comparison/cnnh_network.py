"""CNNH with its network: codes from the labels, learnt from the pixels."""

import dataclasses
from typing import Any

import keras
import numpy as np
from tqdm import tqdm

from tf_dnnh.baselines.similarity_codes import similarity_codes
from tf_dnnh.data import (
    ImageDataset,
    Split,
    shuffled_batches,
    training_batches,
)
from tf_dnnh.models import HashingModel
from trainers.config import Config
from trainers.frozen.learner import augmentation
from trainers.optimizers import make_optimizer
from trainers.training import build_model


class _Steps(keras.callbacks.Callback):
    """A progress bar over the steps."""

    def __init__(self, total: int) -> None:
        super().__init__()
        self._bar = tqdm(total=total, desc="CNNH", unit="step", disable=None)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self._bar.update()

    def on_train_end(self, logs: Any = None) -> None:
        self._bar.close()


def train_cnnh(
    config: Config, dataset: ImageDataset, split: Split, training: np.ndarray
) -> HashingModel:
    """Trains the preset's network to give the codes that CNNH finds.

    The network, its optimiser, augmentation and number of epochs are those
    that the data set's preset gives the triplet ranking loss; the targets are
    the codes of `similarity_codes`, the loss is the binary cross-entropy. The
    paper compares with the like as CNNH*.

    Args:
        config: of the network; `bits` and `seed` are also those of the codes.
        dataset: the images.
        split: says which images the statistics of pixels are taken from.
        training: int [n], the images to learn from.

    Returns:
        The trained network.

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
    batches = np.concatenate(
        [
            shuffled_batches(training, size, config.seed, epoch)
            for epoch in range(config.epochs)
        ]
    )
    model = build_model(config, dataset, split)
    model.compile(
        make_optimizer(config, len(batches)),
        keras.losses.BinaryCrossentropy(),
    )
    stream = training_batches(
        coded,
        batches,
        (config.image_size, config.image_size),
        augmentation=augmentation(config),
        seed=config.seed,
    )
    model.fit(
        stream, verbose=0, shuffle=False, callbacks=[_Steps(len(batches))]
    )
    return model
