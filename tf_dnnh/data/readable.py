"""Finds image files that do not decode."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from tf_dnnh.data import preprocessing

_MANY = 2_000


def unreadable(paths: Sequence[Path]) -> dict[int, str]:
    """Decodes every file once.

    Args:
        paths: image files.

    Returns:
        The reason, by position, for each file that does not decode.
    """

    def decode(index: tf.Tensor, path: tf.Tensor) -> tuple:
        image = preprocessing.decode_image(tf.io.read_file(path))
        # Something of the image, lest the decoding be optimised away.
        return index, tf.shape(image)

    names = [os.fsencode(path) for path in paths]
    stream = tf.data.Dataset.from_tensor_slices(names).enumerate()
    stream = stream.map(decode, num_parallel_calls=tf.data.AUTOTUNE)
    # What fails is missing from the stream, and looked at again for a reason.
    readable = np.zeros(len(paths), bool)
    progress = tqdm(
        stream.ignore_errors().as_numpy_iterator(),
        desc="Checking images",
        total=len(paths),
        unit="image",
        disable=None if len(paths) > _MANY else True,
    )
    for index, _ in progress:
        readable[index] = True
    failed = np.flatnonzero(~readable).tolist()
    reasons = {i: _reason(paths[i]) for i in failed}
    return {i: reason for i, reason in reasons.items() if reason}


def _reason(path: Path) -> str | None:
    """Returns why a file does not decode, or None."""
    try:
        contents = path.read_bytes()
        if not contents:
            return "empty file"
        with tf.device("CPU:0"):
            preprocessing.decode_image(tf.constant(contents))
    except OSError as error:
        return error.strerror or "cannot be read"
    except tf.errors.OpError as error:
        return _plain(error.message)
    return None


def _plain(message: str) -> str:
    """Takes TensorFlow's decoration off an error message."""
    message = message.split("}} ")[-1].split(" [Op:")[0].strip()
    if "Summarized data: b'" in message:
        message = message.split("Summarized data: b'")[1].rstrip("'")
    return message.splitlines()[0].rstrip(".") if message else "not an image"
