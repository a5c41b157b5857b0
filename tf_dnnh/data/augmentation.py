"""Random augmentation of whole batches, a pure function of a seed."""

import math

import tensorflow as tf

from tf_dnnh.augment_config import AugmentConfig


def augment(
    images: tf.Tensor,
    seed: tf.Tensor,
    config: AugmentConfig,
    image_size: tuple[int, int] | None = None,
    *,
    batch_offset: int = 0,
    global_batch: int | None = None,
) -> tf.Tensor:
    """Augments every image of a batch at random.

    Args:
        images: float32 [batch, height, width, 3], 0..255.
        seed: int32 [2]; the same seed gives the same result.
        config: the augmentations and their strengths.
        image_size: (height, width) of the result; larger images are cropped
            at random. Default: the size of `images`.
        batch_offset: position of the first image in the global batch, so that
            workers together augment it exactly as one device would.
        global_batch: size of the global batch. Default: `batch`.

    Returns:
        float32 [batch, *image_size, 3], 0..255.

    Example:
        >>> images = tf.fill([4, 32, 32, 3], 100.0)
        >>> config = AugmentConfig(flip=True, crop_padding=4)
        >>> augment(images, [0, 1], config).shape
        TensorShape([4, 32, 32, 3])
    """
    batch = tf.shape(images)[0]

    def draw(count: int, seed: tf.Tensor) -> tf.Tensor:
        total = batch if global_batch is None else global_batch
        draws = _uniform([total, count], seed)
        return draws[batch_offset : batch_offset + batch]

    draws = draw(10, seed)
    size = image_size or (images.shape[1], images.shape[2])
    if config.rotation or config.zoom:
        # A seed of its own leaves the draws of the other augmentations as is.
        own = tf.random.experimental.stateless_fold_in(seed, 1)
        images = _rotate_and_zoom(images, draw(2, own), config)
    images = _crop_and_flip(images, draws[:, :3], config, size)
    images = _change_colors(images, draws[:, 3:8], config)
    return _cut_out(images, draws[:, 8:10], config)


def _uniform(shape: list, seed: tf.Tensor) -> tf.Tensor:
    """Draws float32 in [0, 1), identical on all devices and under XLA.

    Random floats of one seed differ between eager and compiled code, random
    integers do not.
    """
    whole = tf.random.stateless_uniform(
        shape, seed, minval=None, maxval=None, dtype=tf.uint32, alg="philox"
    )
    return tf.cast(tf.bitwise.right_shift(whole, 8), tf.float32) * 2.0**-24


def _rotate_and_zoom(
    images: tf.Tensor, draws: tf.Tensor, config: AugmentConfig
) -> tf.Tensor:
    """Rotates and scales about the centre, with bilinear interpolation.

    The image continues beyond its border by reflection.
    """
    _, height, width, channels = images.shape
    signed = 2.0 * draws[:, None, None, :] - 1.0
    angle = signed[..., 0] * (config.rotation * math.pi / 180.0)
    factor = 1.0 + config.zoom * signed[..., 1]
    cos, sin = factor * tf.cos(angle), factor * tf.sin(angle)
    y = tf.range(height, dtype=tf.float32)[None, :, None] - (height - 1) / 2
    x = tf.range(width, dtype=tf.float32)[None, None, :] - (width - 1) / 2
    top, bottom, down = _between(sin * x + cos * y, height)
    left, right, across = _between(cos * x - sin * y, width)
    first = tf.range(tf.shape(images)[0])[:, None, None] * (height * width)
    pixels = tf.reshape(images, [-1, channels])

    def row(y: tf.Tensor) -> tf.Tensor:
        start = tf.gather(pixels, first + y * width + left)
        end = tf.gather(pixels, first + y * width + right)
        return start + across * (end - start)

    upper = row(top)
    return upper + down * (row(bottom) - upper)


def _between(
    position: tf.Tensor, length: int
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Finds the two pixels of an axis that each position lies between.

    Positions, float32 [batch, height, width], are relative to its middle.

    Returns:
        Both pixels, int32 [batch, height, width], and the fraction of the way
        from the first to the second, float32 [batch, height, width, 1].
    """
    last = length - 1
    # Reflection at both borders is a triangle wave.
    wave = tf.math.floormod(position - last / 2, 2.0 * max(last, 1))
    place = tf.abs(wave - last) if last else tf.zeros_like(wave)
    before = tf.floor(place)
    first = tf.cast(before, tf.int32)
    second = tf.minimum(first + 1, last)
    return first, second, (place - before)[..., None]


def _crop_and_flip(
    images: tf.Tensor,
    draws: tf.Tensor,
    config: AugmentConfig,
    image_size: tuple[int, int],
) -> tf.Tensor:
    padding = config.crop_padding
    if not (
        config.flip or padding or tuple(images.shape[1:3]) != tuple(image_size)
    ):
        return images
    batch = tf.shape(images)[0]
    height, width = images.shape[1], images.shape[2]
    rows = _window(draws[:, 0], height, image_size[0], padding)
    columns = _window(draws[:, 1], width, image_size[1], padding)
    if config.flip:
        columns = tf.where(draws[:, 2:3] < 0.5, columns, columns[:, ::-1])
    # One gather moves every pixel once, where padding and slicing each image
    # would move it three times.
    index = (
        tf.range(batch)[:, None, None] * (height * width)
        + rows[:, :, None] * width
        + columns[:, None, :]
    )
    return tf.gather(tf.reshape(images, [-1, images.shape[3]]), index)


def _window(
    draw: tf.Tensor, length: int, wanted: int, padding: int
) -> tf.Tensor:
    """Returns the pixels of a random window, int32 [batch, wanted]."""
    offsets = tf.cast(
        tf.floor(draw * (length + 2 * padding - wanted + 1)), tf.int32
    )
    positions = tf.abs(offsets[:, None] + tf.range(wanted)[None] - padding)
    return (length - 1) - tf.abs((length - 1) - positions)


def _mean(images: tf.Tensor) -> tf.Tensor:
    return tf.reduce_mean(images, axis=[1, 2], keepdims=True)


def _change_colors(
    images: tf.Tensor, draws: tf.Tensor, config: AugmentConfig
) -> tf.Tensor:
    if not (config.contrast or config.brightness or config.color):
        return images
    signed = 2.0 * draws[:, None, None, :] - 1.0
    factor = 1.0 + config.contrast * signed[..., 0:1]
    shift = (
        config.brightness * signed[..., 1:2] + config.color * signed[..., 2:5]
    )
    # factor * (x - mean) + mean + shift, with one pass over the pixels.
    changed = factor * images + ((1.0 - factor) * _mean(images) + shift)
    return tf.clip_by_value(changed, 0.0, 255.0)


def _cut_out(
    images: tf.Tensor, draws: tf.Tensor, config: AugmentConfig
) -> tf.Tensor:
    if not config.cutout:
        return images
    inside = []
    for axis in (0, 1):
        length = images.shape[axis + 1]
        start = tf.floor(draws[:, axis] * length) - config.cutout // 2
        distance = tf.range(length, dtype=tf.float32)[None] - start[:, None]
        inside.append((distance >= 0) & (distance < config.cutout))
    square = inside[0][:, :, None, None] & inside[1][:, None, :, None]
    return tf.where(square, _mean(images), images)
