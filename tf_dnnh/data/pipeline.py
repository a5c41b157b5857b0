"""Streams of batches: indices in, pixels and labels out."""

import os
from collections.abc import Callable, Iterator

import numpy as np
import tensorflow as tf

from tf_dnnh.augment_config import AugmentConfig
from tf_dnnh.data import preprocessing
from tf_dnnh.data.augmentation import augment
from tf_dnnh.data.image_dataset import ImageDataset

EpochBatches = Callable[[int], np.ndarray]


def training_batches(
    dataset: ImageDataset,
    index_batches: np.ndarray | EpochBatches,
    image_size: tuple[int, int],
    *,
    load_size: tuple[int, int] | None = None,
    augmentation: AugmentConfig | None = None,
    seed: int = 0,
    epochs: int = 1,
    start_step: int = 0,
    shard: int = 0,
    num_shards: int = 1,
) -> tf.data.Dataset:
    """Streams batches of images and labels, given their indices.

    A batch depends only on its indices, the seed and its step number, so a
    resumed run gets the same batches as an uninterrupted one.

    Args:
        dataset: source of images and labels.
        index_batches: int [steps, batch], of one or several epochs; or a
            function from the number of an epoch to its batches, equally many
            for every epoch, which is called when the epoch begins.
        image_size: (height, width) of the result.
        load_size: (height, width) to resize to before cropping at random.
            Default: `image_size`.
        augmentation: the augmentations and their strengths. Default: none.
        seed: seed of the augmentation.
        epochs: number of epochs, where `index_batches` is a function.
        start_step: number of the first batch, counted over all epochs.
        shard: number of this worker, 0..num_shards - 1.
        num_shards: number of workers; each gets its part of every batch.

    Returns:
        Data set of (images float32 [batch / num_shards, *image_size, 3] in
        0..255, labels int64 [...] or uint8 [..., classes]). The batch size is
        static: a distribution strategy splits batches evenly, in order.

    Raises:
        ValueError: if `num_shards` does not divide the batch.
    """
    rows, batch = _index_rows(index_batches, epochs, start_step)
    if batch % num_shards:
        raise ValueError(
            "`num_shards` must divide the batch. Received: "
            f"num_shards={num_shards}, batch={batch}"
        )
    part = batch // num_shards
    rows = rows.map(lambda row: row[shard * part : (shard + 1) * part])
    config = augmentation or AugmentConfig()
    size = load_size or image_size

    def finish(step: tf.Tensor, read: tuple) -> tuple[tf.Tensor, tf.Tensor]:
        rows, images = read
        images = tf.ensure_shape(images, [part, *size, 3])
        if config.enabled or size != image_size:
            step_seed = tf.stack([seed, tf.cast(step, tf.int32)])
            images = augment(
                images,
                step_seed,
                config,
                image_size,
                batch_offset=shard * part,
                global_batch=batch,
            )
        return images, tf.ensure_shape(
            tf.gather(dataset.labels, rows), [part, *dataset.labels.shape[1:]]
        )

    stream = dataset.source.batches(rows, part, size).enumerate(start_step)
    stream = stream.map(
        finish, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True
    )
    return stream.with_options(_options()).prefetch(4)


def _index_rows(
    index_batches: np.ndarray | EpochBatches, epochs: int, start_step: int
) -> tuple[tf.data.Dataset, int]:
    """Streams int64 [batch] from `start_step` on; also returns the batch."""
    if not callable(index_batches):
        rows = np.asarray(index_batches[start_step:], np.int64)
        return tf.data.Dataset.from_tensor_slices(rows), rows.shape[1]
    make = index_batches
    steps, batch = make(0).shape

    def generate() -> Iterator[np.ndarray]:
        for epoch in range(start_step // steps, epochs):
            first = max(0, start_step - epoch * steps)
            yield from make(epoch)[first:]

    spec = tf.TensorSpec([batch], tf.int64)
    return tf.data.Dataset.from_generator(
        generate, output_signature=spec
    ).prefetch(steps), batch


def evaluation_batches(
    dataset: ImageDataset,
    indices: np.ndarray,
    image_size: tuple[int, int],
    batch_size: int,
    *,
    load_size: tuple[int, int] | None = None,
) -> tf.data.Dataset:
    """Streams images in the order of `indices`; the last batch may be smaller.

    Args:
        dataset: source of the images.
        indices: int [n].
        image_size: (height, width) of the result.
        batch_size: images per batch.
        load_size: (height, width) to resize to before cropping the centre.
            Default: `image_size`.

    Returns:
        Data set of images float32 [batch, *image_size, 3], 0..255.
    """
    size = load_size or image_size
    rows = tf.data.Dataset.from_tensor_slices(np.asarray(indices, np.int64))
    stream = dataset.source.batches(rows.batch(batch_size), batch_size, size)
    stream = stream.map(
        lambda _, images: preprocessing.center_crop(images, image_size)
    )
    return stream.with_options(_options()).prefetch(2)


def pixel_statistics(
    dataset: ImageDataset, indices: np.ndarray, image_size: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Computes mean and standard deviation of every channel, in one pass.

    Args:
        dataset: source of the images.
        indices: int [n], usually the training images.
        image_size: (height, width) that the images are resized to.

    Returns:
        (mean, std), each float32 [3], in 0..255.
    """
    count = 0
    total = np.zeros(3)
    squares = np.zeros(3)
    for images in evaluation_batches(dataset, indices, image_size, 256):
        pixels = images.numpy().reshape(-1, 3).astype(np.float64)
        count += len(pixels)
        total += pixels.sum(axis=0)
        squares += np.square(pixels).sum(axis=0)
    mean = total / count
    std = np.sqrt(np.maximum(squares / count - mean**2, 0.0))
    return mean.astype(np.float32), std.astype(np.float32)


def _options() -> tf.data.Options:
    """Keeps the order, and turns off sharding, which the indices include."""
    options = tf.data.Options()
    options.deterministic = True
    options.experimental_distribute.auto_shard_policy = (
        tf.data.experimental.AutoShardPolicy.OFF
    )
    # Threads of its own, so that reading never waits for the training step.
    options.threading.private_threadpool_size = max(2, os.cpu_count() or 2)
    return options
