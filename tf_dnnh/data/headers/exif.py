"""Rotates photographs upright, inside the TensorFlow graph.

Cameras store a picture as it left the sensor and record its orientation in the
EXIF header, which TensorFlow's decoder ignores. Reading it in the graph makes
a served model treat photographs exactly as training did.
"""

import tensorflow as tf

_ORIENTATION_TAG = 0x0112
_SHORT = 3
_HEAD_BYTES = 65_536
_MAX_ENTRIES = 64
_MARKER = b"Exif\0\0"
# The EXIF segment comes first in a file, or right after the JFIF one.
_MARKER_OFFSETS = (6, 24)


def orientation(contents: tf.Tensor) -> tf.Tensor:
    """Reads the EXIF orientation from the bytes of a file, a string scalar.

    Returns:
        int32 scalar, 1..8; 1 (upright) without one, or if not a JPEG.
    """
    head = tf.strings.substr(contents, 0, 32)
    # Padded, so that the parts can be cut out of short files.
    head = tf.strings.join([head, bytes(32)])
    is_jpeg = tf.strings.substr(head, 0, 2) == b"\xff\xd8"
    first, second = (
        tf.strings.substr(head, offset, len(_MARKER)) == _MARKER
        for offset in _MARKER_OFFSETS
    )
    start = len(_MARKER) + tf.where(first, *_MARKER_OFFSETS)
    # Most files have no EXIF header and need no further reading.
    return tf.cond(
        is_jpeg & (first | second),
        lambda: _noted_orientation(contents, start),
        lambda: tf.constant(1),
    )


def _noted_orientation(contents: tf.Tensor, start: tf.Tensor) -> tf.Tensor:
    head = tf.strings.substr(contents, 0, _HEAD_BYTES)
    head = tf.cast(tf.io.decode_raw(head, tf.uint8), tf.int32)
    tags, kinds, values = _first_directory(head, start)
    found = (tags == _ORIENTATION_TAG) & (kinds == _SHORT)
    value = tf.reduce_max(tf.where(found, values, 0))
    return tf.where((value >= 1) & (value <= 8), value, 1)


def _first_directory(
    head: tf.Tensor, start: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Returns tag, kind and short value of the first directory's entries."""
    little_endian = head[start] == ord("I")

    def short(at: tf.Tensor) -> tf.Tensor:
        at = tf.clip_by_value(at, 0, tf.shape(head)[0] - 2)
        low, high = tf.gather(head, at), tf.gather(head, at + 1)
        return tf.where(little_endian, low + 256 * high, 256 * low + high)

    # The lower 16 bits: no larger offset is within the 64 kB that are read.
    offset = tf.where(little_endian, short(start + 4), short(start + 6))
    directory = start + offset
    count = tf.minimum(short(directory), _MAX_ENTRIES)
    entries = directory + 2 + 12 * tf.range(count)
    return short(entries), short(entries + 2), short(entries + 8)


def upright(image: tf.Tensor, noted: tf.Tensor) -> tf.Tensor:
    """Rotates and mirrors [height, width, 3] by its EXIF orientation, 1..8.

    Orientations 5 to 8 swap height and width.
    """

    def turn() -> tf.Tensor:
        turned = tf.cond(
            noted >= 5, lambda: tf.transpose(image, [1, 0, 2]), lambda: image
        )
        for axis, orientations in ((1, (2, 3, 6, 7)), (0, (3, 4, 7, 8))):
            turned = _reverse_if(noted, orientations, turned, axis)
        return turned

    return tf.cond(noted == 1, lambda: image, turn)


def _reverse_if(
    noted: tf.Tensor, orientations: tuple, image: tf.Tensor, axis: int
) -> tf.Tensor:
    return tf.cond(
        tf.reduce_any(noted == tf.constant(orientations)),
        lambda: tf.reverse(image, [axis]),
        lambda: image,
    )
