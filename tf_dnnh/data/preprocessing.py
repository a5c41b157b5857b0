"""Decodes and resizes images, the same way for every use.

Training, evaluation, export and bulk encoding call these functions, so they
cannot disagree. Pixels stay in 0..255; the model's first layer normalises.
"""

import tensorflow as tf

from tf_dnnh.data.headers import exif, pixel_limit

PREPROCESSING = {
    "channels": "rgb",
    "exif_orientation": "applied",
    "range": [0, 255],
    "resize": "bilinear",
    "antialias": True,
    "keep_aspect_ratio": False,
}

_GREY_PALETTE = b"".join(bytes([i, i, i, 0]) for i in range(256))
# BITMAPV5HEADER; there are shorter ones.
_LONGEST_BMP_HEADER = 124
_BMP_HEAD = 14 + _LONGEST_BMP_HEADER + len(_GREY_PALETTE)


def decode_image(contents: tf.Tensor) -> tf.Tensor:
    """Decodes JPEG, PNG, GIF (its first frame), BMP or WebP to upright RGB.

    Grey, palette and CMYK images become RGB; an alpha channel is dropped;
    16-bit samples keep their upper 8 bits.

    Args:
        contents: string scalar, the bytes of the file.

    Returns:
        uint8 [height, width, 3].

    Raises:
        tf.errors.InvalidArgumentError: if the bytes are not such an image,
            a BMP with a colour palette, or has more than 2^26 pixels, which
            its header tells before it is decoded.

    Example:
        >>> grey = tf.io.encode_png(tf.zeros([4, 6, 1], tf.uint8))
        >>> decode_image(grey).shape
        TensorShape([4, 6, 3])
    """
    picture = pixel_limit.checked(contents)
    image = tf.cond(
        tf.io.is_jpeg(picture),
        lambda: _decode_jpeg(picture),
        lambda: _decode_other(picture),
    )
    # An animated image has no static rank, and resizing needs one.
    image.set_shape([None, None, 3])
    return image


def _decode_jpeg(contents: tf.Tensor) -> tf.Tensor:
    # The exact inverse DCT, which Pillow and phones use, too.
    image = tf.io.decode_jpeg(
        contents, channels=3, dct_method="INTEGER_ACCURATE"
    )
    return exif.upright(image, exif.orientation(contents))


def _decode_other(contents: tf.Tensor) -> tf.Tensor:
    with tf.control_dependencies([_refuse_palette_bmp(contents)]):
        return tf.io.decode_image(contents, channels=3, expand_animations=False)


def _refuse_palette_bmp(contents: tf.Tensor) -> tf.Operation | None:
    """Rejects files whose palette indices would be decoded as grey values."""
    # Padded, so that the parts can be cut out of short files.
    head = tf.strings.substr(contents, 0, _BMP_HEAD)
    head = tf.strings.join([head, bytes(_BMP_HEAD)])
    is_bmp = tf.strings.substr(head, 0, 2) == b"BM"
    eight_bits = tf.strings.substr(head, 28, 2) == b"\x08\0"
    # The palette follows a second header, which begins with its own size.
    size = tf.io.decode_raw(tf.strings.substr(head, 14, 4), tf.int32)[0]
    start = 14 + tf.clip_by_value(size, 0, _LONGEST_BMP_HEADER)
    palette = tf.strings.substr(head, start, len(_GREY_PALETTE))
    return tf.debugging.Assert(
        ~(is_bmp & eight_bits & (palette != _GREY_PALETTE)),
        ["BMP with a colour palette: save the image as PNG."],
        name="palette_bmp",
    )


def resize(images: tf.Tensor, image_size: tuple[int, int]) -> tf.Tensor:
    """Resizes with a bilinear filter, antialiased when shrinking.

    Args:
        images: uint8 or float [..., height, width, 3], rank 3 or 4, 0..255.
        image_size: (height, width) of the result; the aspect ratio is not
            kept.

    Returns:
        float32 of the same rank, 0..255; unchanged if the size is right.

    Example:
        >>> resize(tf.zeros([8, 8, 3], tf.uint8), (32, 32)).shape
        TensorShape([32, 32, 3])
    """
    static = tuple(images.shape[-3:-1])
    if static == tuple(image_size):
        return tf.cast(images, tf.float32)

    def resized() -> tf.Tensor:
        return tf.image.resize(images, image_size, "bilinear", antialias=True)

    if None not in static:
        return resized()
    # The sizes of files are unknown before they are decoded. The filter takes
    # several times as long as decoding, even where it changes nothing.
    result = tf.cond(
        tf.reduce_all(tf.shape(images)[-3:-1] == tf.constant(image_size)),
        lambda: tf.cast(images, tf.float32),
        resized,
    )
    result.set_shape([*images.shape[:-3], *image_size, images.shape[-1]])
    return result


def load_image(
    contents: tf.Tensor,
    image_size: tuple[int, int],
    load_size: tuple[int, int] | None = None,
) -> tf.Tensor:
    """Decodes and resizes one image.

    Args:
        contents: string scalar, the bytes of the file.
        image_size: (height, width) of the result.
        load_size: (height, width) to resize to before cropping the centre.
            Default: `image_size`.

    Returns:
        float32 [height, width, 3], 0..255.
    """
    image = resize(decode_image(contents), load_size or image_size)
    return center_crop(image, image_size)


def center_crop(images: tf.Tensor, image_size: tuple[int, int]) -> tf.Tensor:
    """Crops the centre of images that are at least `image_size` large.

    Args:
        images: [..., height, width, 3].
        image_size: (height, width) of the result.

    Returns:
        [..., *image_size, 3], same dtype; unchanged if the size is right.

    Example:
        >>> center_crop(tf.zeros([2, 256, 256, 3]), (224, 224)).shape
        TensorShape([2, 224, 224, 3])
    """
    if tuple(images.shape[-3:-1]) == tuple(image_size):
        return images
    height, width = image_size
    top = (images.shape[-3] - height) // 2
    left = (images.shape[-2] - width) // 2
    return images[..., top : top + height, left : left + width, :]
