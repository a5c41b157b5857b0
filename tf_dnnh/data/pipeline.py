"""Streams of batches: indices in, pixels and labels out."""

import numpy as np
import tensorflow as tf

from tf_dnnh.data import preprocessing
from tf_dnnh.data.augmentation import AugmentConfig, augment
from tf_dnnh.data.image_dataset import ImageDataset


def training_batches(
    dataset: ImageDataset,
    index_batches: np.ndarray,
    image_size: tuple[int, int],
    *,
    load_size: tuple[int, int] | None = None,
    augmentation: AugmentConfig | None = None,
    seed: int = 0,
    start_step: int = 0,
    shard: int = 0,
    num_shards: int = 1,
) -> tf.data.Dataset:
    """Streams the batches whose indices are given, from `start_step` on.

    Batch `step` is a function of (index_batches[step], seed, step) alone, so
    a resumed run sees what an uninterrupted one would have seen. The batches
    of several epochs may be concatenated.

    Args:
        dataset: where images and labels come from.
        index_batches: int [steps, batch].
        image_size: (height, width) of the result.
        load_size: (height, width) that images are resized to, from which
            `image_size` is cropped at random. Default: `image_size`.
        augmentation: random changes. Default: none.
        seed: of the random changes.
        start_step: first row of `index_batches` that is delivered.
        shard: number of this worker.
        num_shards: number of workers; each gets its part of every batch.

    Returns:
        Data set of (images float32 [batch / num_shards, *image_size, 3] in
        0..255, labels int64 [...] or uint8 [..., classes]), of static batch
        size, which a distribution strategy splits evenly and in order.

    Raises:
        ValueError: if `num_shards` does not divide the batch.
    """
    steps, batch = index_batches.shape
    if batch % num_shards:
        raise ValueError(
            "`num_shards` must divide the batch. Received: "
            f"num_shards={num_shards}, batch={batch}"
        )
    part = batch // num_shards
    indices = index_batches[start_step:, shard * part : (shard + 1) * part]
    config = augmentation or AugmentConfig()
    size = load_size or image_size

    def finish(
        images: tf.Tensor, labels: tf.Tensor, step: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
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
        return images, labels

    stream = tf.data.Dataset.zip(
        dataset.source.batches(indices.reshape(-1), part, size),
        tf.data.Dataset.from_tensor_slices(dataset.labels[indices]),
        tf.data.Dataset.range(start_step, steps),
    )
    stream = stream.map(finish, num_parallel_calls=2, deterministic=True)
    return stream.with_options(_options()).prefetch(4)


def evaluation_batches(
    dataset: ImageDataset,
    indices: np.ndarray,
    image_size: tuple[int, int],
    batch_size: int,
    *,
    load_size: tuple[int, int] | None = None,
) -> tf.data.Dataset:
    """Streams images in the order of `indices`, the last batch smaller.

    Args:
        dataset: where the images come from.
        indices: int [n].
        image_size: (height, width) of the result.
        batch_size: images a batch.
        load_size: (height, width) that images are resized to, whose middle
            is cut out. Default: `image_size`.

    Returns:
        Data set of images float32 [batch, *image_size, 3], 0..255.
    """
    size = load_size or image_size
    stream = dataset.source.batches(np.asarray(indices), batch_size, size)
    if size != image_size:
        stream = stream.map(
            lambda images: preprocessing.center_crop(images, image_size)
        )
    return stream.with_options(_options()).prefetch(2)


def pixel_statistics(
    dataset: ImageDataset, indices: np.ndarray, image_size: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Measures mean and deviation of every channel, in one pass.

    Args:
        dataset: where the images come from.
        indices: int [n], usually the training images'.
        image_size: (height, width) that they are resized to.

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
    """Keeps the order, and leaves sharding to whoever makes the indices."""
    options = tf.data.Options()
    options.deterministic = True
    options.experimental_distribute.auto_shard_policy = (
        tf.data.experimental.AutoShardPolicy.OFF
    )
    return options
