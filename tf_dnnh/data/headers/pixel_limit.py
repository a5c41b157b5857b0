"""Refuses huge images before they are decoded, inside the TensorFlow graph.

A file of a few bytes can claim any size: 34 bytes of WebP decode to 268 million
pixels. The number of pixels is read from the file's header, so a refused file
costs no memory. An animated GIF is cut after its first frame, because the
decoder would decompress all of them to return one.
"""

from collections.abc import Callable

import tensorflow as tf

from tf_dnnh.data.headers import MAX_PIXELS

_GIF_FRAME = ord(",")
_GIF_EXTENSION = ord("!")


def checked(contents: tf.Tensor) -> tf.Tensor:
    """Returns the bytes to decode: those of the file, a GIF's first frame only.

    Args:
        contents: string scalar, the bytes of the file.

    Raises:
        tf.errors.InvalidArgumentError: if the header of the image, or of a
            GIF's first frame, promises more than `MAX_PIXELS`.
    """
    contents, pixels = _first_picture(contents)
    allowed = tf.debugging.Assert(
        pixels <= MAX_PIXELS,
        [f"The image has more than {MAX_PIXELS:,} pixels: shrink it."],
        name="pixel_limit",
    )
    # Executed eagerly, an assertion that holds is no operation.
    with tf.control_dependencies([allowed]):
        return tf.identity(contents)


def count_pixels(contents: tf.Tensor) -> tf.Tensor:
    """Returns the pixels that a file's header promises, an int64 scalar.

    It is 0 if the file is no JPEG, PNG, GIF, BMP or WebP, which the decoder
    refuses.

    Example:
        >>> png = tf.io.encode_png(tf.zeros([4, 6, 3], tf.uint8))
        >>> int(count_pixels(png))
        24
    """
    return _first_picture(contents)[1]


def _first_picture(contents: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Returns the bytes up to the end of the first frame, and its pixels."""
    # Padded, so that the parts can be cut out of short files.
    head = tf.strings.join([tf.strings.substr(contents, 0, 32), bytes(32)])
    head = tf.strings.substr(head, 0, 32)
    start = tf.cast(tf.io.decode_raw(head, tf.uint8), tf.int64)

    def whole(count: Callable) -> Callable:
        return lambda: (contents, count())

    kinds = [
        (tf.io.is_jpeg(contents), whole(lambda: _jpeg(contents))),
        (_begins(head, 0, b"\x89PNG"), whole(lambda: _png(start))),
        (_begins(head, 0, b"GIF8"), lambda: _gif(contents, start)),
        (_begins(head, 0, b"BM"), whole(lambda: _bmp(start))),
        (_begins(head, 0, b"RIFF"), whole(lambda: _webp(head, start))),
    ]
    unknown = whole(lambda: tf.constant(0, tf.int64))
    return tf.case(kinds, default=unknown)


def _begins(head: tf.Tensor, at: int, letters: bytes) -> tf.Tensor:
    return tf.strings.substr(head, at, len(letters)) == letters


def _little(values: tf.Tensor) -> tf.Tensor:
    """Returns the number in little-endian bytes, int64 [n], n <= 4."""
    weights = 256 ** tf.range(tf.size(values, tf.int64))
    return tf.reduce_sum(values * weights)


def _jpeg(contents: tf.Tensor) -> tf.Tensor:
    shape = tf.image.extract_jpeg_shape(contents, output_type=tf.int64)
    return shape[0] * shape[1]


def _png(start: tf.Tensor) -> tf.Tensor:
    return _little(start[19:15:-1]) * _little(start[23:19:-1])


def _bmp(start: tf.Tensor) -> tf.Tensor:
    # A negative height, here above 2^31, means rows from top to bottom.
    width, height = _little(start[18:22]), _little(start[22:26])
    return width * tf.minimum(height, 2**32 - height)


def _webp(head: tf.Tensor, start: tf.Tensor) -> tf.Tensor:
    """Counts the pixels of the canvas, or of one of two compressed frames."""
    packed = _little(start[21:25])
    extended = (1 + _little(start[24:27])) * (1 + _little(start[27:30]))
    lossless = (1 + packed % 2**14) * (1 + packed // 2**14 % 2**14)
    lossy = (_little(start[26:28]) % 2**14) * (_little(start[28:30]) % 2**14)
    return tf.where(
        _begins(head, 12, b"VP8X"),
        extended,
        tf.where(_begins(head, 12, b"VP8L"), lossless, lossy),
    )


def _gif(contents: tf.Tensor, start: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Walks over the blocks of a GIF to the end of its first frame."""
    data = tf.cast(tf.io.decode_raw(contents, tf.uint8), tf.int64)
    size = tf.size(data, tf.int64)

    def byte(at: tf.Tensor) -> tf.Tensor:
        return data[tf.minimum(at, size - 1)]

    def colours(flags: tf.Tensor) -> tf.Tensor:
        """Returns the bytes of a table of colours."""
        return tf.where(flags >= 128, 3 * 2 ** (1 + flags % 8), 0)

    def end_of_blocks(at: tf.Tensor) -> tf.Tensor:
        """Returns the position after the blocks of data that begin here."""
        (at,) = tf.while_loop(
            lambda at: (at < size) & (byte(at) > 0),
            lambda at: (at + 1 + byte(at),),
            (at,),
        )
        return at + 1

    def is_extension(at: tf.Tensor) -> tf.Tensor:
        return (at < size) & (byte(at) == _GIF_EXTENSION)

    (frame,) = tf.while_loop(
        is_extension,
        lambda at: (end_of_blocks(at + 2),),
        (13 + colours(start[10]),),
    )

    def first_frame() -> tuple[tf.Tensor, tf.Tensor]:
        sides = tf.stack([byte(frame + offset) for offset in range(5, 9)])
        end = end_of_blocks(frame + 11 + colours(byte(frame + 9)))
        # The letter that ends a GIF.
        nothing = tf.zeros([], tf.int64)
        first = tf.strings.substr(contents, nothing, end) + b";"
        return first, _little(sides[:2]) * _little(sides[2:])

    return tf.cond(
        (frame < size) & (byte(frame) == _GIF_FRAME),
        first_frame,
        # The decoder says what is wrong.
        lambda: (contents, tf.constant(0, tf.int64)),
    )
