"""Outputs of the part of a network that stays as it is, computed once.

What a frozen part makes of an image never changes, so it is kept on disk and
the rest of the network trains on it. Random changes of images would change
it: a cached run sees images as they are, and a fixed number of changed copies
of the training images if `cache_copies` asks for them.
"""

import hashlib
import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from tf_dnnh.data import AugmentConfig, ImageDataset, augment
from tf_dnnh.data import evaluation_batches as image_batches
from tf_dnnh.models import HashingModel
from trainers.frozen.feature_key import feature_key

_BATCH = 128


class FeatureCache:
    """Keeps the frozen part's output for the images of a data set.

    A row an image, in one file a copy; rows are computed when they are first
    asked for. Files are named for all that determines their content, so that
    runs may share a folder, and a changed network or image gets new files.

    Args:
        folder: where the files are.
        model: whose `frozen` part it is, for its normalisation.
        frozen: from normalised images to what is kept.
        dataset: the images.
        augmentation: random changes of all copies but number 0.
        seed: of the random changes.
    """

    def __init__(
        self,
        folder: pathlib.Path,
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
        self._key = feature_key(model, frozen, dataset)
        self._compute = tf.function(
            lambda images: frozen(model.normalization(images), training=False),
            reduce_retracing=True,
        )
        self._files: dict[str, tuple[np.ndarray, np.ndarray]] = {}

    def fill(
        self, indices: np.ndarray, copies: int = 0, name: str | None = None
    ) -> None:
        """Computes what is missing, with progress if it has a `name`."""
        for copy in range(copies + 1):
            values, done = self._open(indices, copy)
            suffix = f", copy {copy} of {copies}" if copy else ""
            self._fill(indices, copy, values, done, name and name + suffix)

    def read(
        self, everything: np.ndarray, rows: np.ndarray, copies: np.ndarray
    ) -> np.ndarray:
        """Reads what `fill` has computed.

        Args:
            everything: the list that was filled; changed copies are those
                of this list.
            rows: int [batch], images of the list.
            copies: int [batch], the copy of each; 0 for images as they are.

        Returns:
            float32 [batch, ...].
        """
        features = np.empty([len(rows), *self.shape], np.float32)
        for copy in np.unique(copies):
            chosen = copies == copy
            values, _ = self._open(everything, int(copy))
            features[chosen] = values[rows[chosen]]
        return features

    def _open(
        self, indices: np.ndarray, copy: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Maps the file of a copy, and the one that says which rows it has."""
        name = self._key
        if copy:
            digest = hashlib.sha256(np.asarray(indices, np.int64).tobytes())
            digest.update(f"{self._augmentation} {self._seed} {copy}".encode())
            name += "-" + digest.hexdigest()[:16]
        if name not in self._files:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._files[name] = (
                self._map(f"{name}.features", np.float32, self.shape),
                self._map(f"{name}.done", np.bool_, ()),
            )
        return self._files[name]

    def _map(self, name: str, dtype: type, shape: tuple) -> np.ndarray:
        path, whole = self._folder / name, (len(self._dataset), *shape)
        if path.exists():
            return np.memmap(path, dtype, "r+", shape=whole)
        return np.memmap(path, dtype, "w+", shape=whole)

    def _fill(
        self,
        indices: np.ndarray,
        copy: int,
        values: np.ndarray,
        done: np.ndarray,
        description: str | None,
    ) -> None:
        parts = np.split(indices, range(_BATCH, len(indices), _BATCH))
        missing = [(i, p) for i, p in enumerate(parts) if not done[p].all()]
        if not missing:
            return
        images = image_batches(
            self._dataset,
            np.concatenate([part for _, part in missing]),
            self._load_size if copy else self._size,
            _BATCH,
            load_size=self._load_size,
        )
        with tqdm(
            total=sum(len(part) for _, part in missing),
            desc=description,
            unit="img",
            disable=True if description is None else None,
        ) as progress:
            for (number, part), batch in zip(missing, images, strict=True):
                if copy:
                    seed = tf.constant([self._seed + 7919 * copy, number])
                    batch = augment(batch, seed, self._augmentation, self._size)
                values[part] = self._compute(batch).numpy()
                done[part] = True
                progress.update(len(part))


def feature_batches(
    cache: FeatureCache,
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
        cache: filled with the images of `training`.
        labels: int64 [n] or uint8 [n, classes], of the whole data set.
        training: int [m].
        batches: makes the int [steps, batch] of an epoch from its number.
        copies: how many changed copies there are beside the images.
        seed: of the choice of copies.
        epochs: how many there are.
        start_step: the first one, counted over all epochs.

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
                    cache.read(training, rows[step], chosen[step]),
                    labels[rows[step]],
                )

    specs: Any = (
        tf.TensorSpec([batch, *cache.shape], tf.float32),
        tf.TensorSpec([batch, *labels.shape[1:]], labels.dtype),
    )
    return tf.data.Dataset.from_generator(
        generate, output_signature=specs
    ).prefetch(4)
