"""Outputs of the frozen part of a network, as inputs of the trained part.

A frozen part gives the same output for an image in every epoch, so it is
computed once and cached. Since random augmentation would change the image,
training sees each image as it is and in `cache_copies` fixed random versions.
"""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tf_dnnh.augment_config import AugmentConfig
from tf_dnnh.data import ImageDataset, augment, evaluation_batches
from tf_dnnh.models import HashingModel
from trainers.frozen.output_cache import OutputCache, cache_key

_BATCH = 128


class FrozenFeatures:
    """Caches the frozen part's outputs for the images of a data set.

    File names are hashes of everything that determines the content: runs may
    share a folder, and a changed network or image gets new files.

    Args:
        folder: holds the files.
        model: the network that `frozen` is a part of.
        frozen: maps normalised images to the outputs.
        dataset: the images.
        augmentation: applied to all copies but number 0.
        seed: seed of the augmentation.
    """

    def __init__(
        self,
        folder: Path,
        model: HashingModel,
        frozen: keras.Model,
        dataset: ImageDataset,
        augmentation: AugmentConfig,
        seed: int,
    ) -> None:
        self.shape = tuple(frozen.output.shape[1:])
        self._folder = folder
        self._dataset = dataset
        self._size = model.image_size
        self._load_size = model.load_size or model.image_size
        self._augmentation = augmentation
        self._seed = seed
        self._key = cache_key(model, frozen, dataset)
        self._frozen = tf.function(
            lambda images: frozen(model.normalization(images), training=False),
            reduce_retracing=True,
        )
        self._caches: dict[str, OutputCache] = {}

    def fill(
        self, indices: np.ndarray, copies: int = 0, name: str | None = None
    ) -> None:
        """Computes the features that are missing.

        Args:
            indices: int [n], images.
            copies: number of augmented copies besides the images themselves.
            name: label of the progress bar; None for no bar.
        """
        for copy in range(copies + 1):
            suffix = f", copy {copy} of {copies}" if copy else ""
            self._fill(indices, copy, name and name + suffix)

    def read(
        self, everything: np.ndarray, rows: np.ndarray, copies: np.ndarray
    ) -> np.ndarray:
        """Reads features that `fill` has computed.

        Args:
            everything: int [n], all images of the call of `fill`; they
                determine the augmentation of a copy.
            rows: int [batch], some of these images.
            copies: int [batch], the copy of each; 0 is the image itself.

        Returns:
            float32 [batch, ...].
        """
        features = np.empty([len(rows), *self.shape], np.float32)
        for copy in np.unique(copies):
            chosen = copies == copy
            cache = self._open(everything, int(copy))
            features[chosen] = cache.values[rows[chosen]]
        return features

    def _open(self, indices: np.ndarray, copy: int) -> OutputCache:
        name = self._key
        if copy:
            digest = hashlib.sha256(np.asarray(indices, np.int64).tobytes())
            digest.update(f"{self._augmentation} {self._seed} {copy}".encode())
            name += "-" + digest.hexdigest()[:16]
        if name not in self._caches:
            self._caches[name] = OutputCache.on_disk(
                self._folder, name, len(self._dataset), self.shape
            )
        return self._caches[name]

    def _fill(self, indices: np.ndarray, copy: int, name: str | None) -> None:
        def inputs(images: np.ndarray) -> tf.data.Dataset:
            return evaluation_batches(
                self._dataset,
                images,
                self._load_size if copy else self._size,
                _BATCH,
                load_size=self._load_size,
            )

        def compute(batch: tf.Tensor, number: int) -> tf.Tensor:
            if copy:
                seed = tf.constant([self._seed + 7919 * copy, number])
                batch = augment(batch, seed, self._augmentation, self._size)
            return self._frozen(batch)

        cache = self._open(indices, copy)
        cache.fill(indices, _BATCH, inputs, compute, name)


def feature_batches(
    features: FrozenFeatures,
    labels: np.ndarray,
    training: np.ndarray,
    batches: Callable[[int], np.ndarray],
    *,
    copies: int,
    seed: int,
    epochs: int,
    start_step: int,
) -> tf.data.Dataset:
    """Streams batches of features and labels from a step on.

    Args:
        features: filled with the images of `training`.
        labels: int64 [n] or uint8 [n, classes], of the whole data set.
        training: int [m], the training images.
        batches: maps the number of an epoch, from 0, to int [steps, batch].
        copies: number of augmented copies besides the images themselves.
        seed: seed of the choice of copies.
        epochs: number of epochs.
        start_step: the first step, counted over all epochs.

    Returns:
        Data set of (float32 [batch, ...], labels [batch, ...]).
    """
    steps, batch = batches(0).shape

    def generate() -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for epoch in range(start_step // steps, epochs):
            rows = batches(epoch)
            drawn = np.random.default_rng([seed, epoch, 2])
            chosen = drawn.integers(copies + 1, size=rows.shape)
            for step in range(max(0, start_step - epoch * steps), steps):
                yield (
                    features.read(training, rows[step], chosen[step]),
                    labels[rows[step]],
                )

    specs: Any = (
        tf.TensorSpec([batch, *features.shape], tf.float32),
        tf.TensorSpec([batch, *labels.shape[1:]], labels.dtype),
    )
    return tf.data.Dataset.from_generator(
        generate, output_signature=specs
    ).prefetch(4)
