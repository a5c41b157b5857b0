"""Finds image files that do not decode, and caches which ones do."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from tf_dnnh.data import preprocessing
from tf_dnnh.data.checks.file_cache import MANY, FileCache, mark
from tf_dnnh.data.data_error import DataError


def readable(
    folder: Path, paths: Sequence[str], names: Sequence[str]
) -> tuple[np.ndarray, list[str]]:
    """Finds the files that decode; raises DataError if none does.

    Messages call the files, whose paths start from `folder`, by `names`.

    Returns:
        bool [n], whether each file decodes; and `NAME (REASON)` of the others.
    """
    reasons = checked(folder, paths)
    failed = [f"{names[i]} ({reason})" for i, reason in reasons.items()]
    if len(failed) == len(paths):
        raise DataError(
            f"None of the {len(paths):,} images in {folder} decodes, first "
            f"{failed[0]}: copy them again, or save them as JPEG or PNG."
        )
    return np.array([i not in reasons for i in range(len(paths))]), failed


def checked(folder: Path, paths: Sequence[str]) -> dict[int, str]:
    """Returns the reason, by position, of each file that does not decode.

    Beyond 2,000 files, those that decode are recorded in
    `$XDG_CACHE_HOME/tf_dnnh` (`~/.cache/tf_dnnh`) by path, size and
    modification time; later calls decode only new and changed files.
    """
    if len(paths) <= MANY:
        return unreadable([folder / path for path in paths])
    # Another version of TensorFlow may decode differently.
    cache = FileCache("decoded", folder, tf.__version__)
    marks = np.array([mark(folder / path) for path in paths], np.uint64)
    known = cache.load()
    new = np.flatnonzero(~np.isin(marks, known["mark"])).tolist()
    if not new:
        return {}
    reasons = unreadable([folder / paths[i] for i in new])
    failed = {new[i]: reason for i, reason in reasons.items()}
    if len(new) > len(failed):
        good = np.setdiff1d(new, list(failed))
        cache.add(known, marks[good], np.zeros([len(good), 0], np.uint8))
    return failed


def unreadable(paths: Sequence[Path]) -> dict[int, str]:
    """Decodes every file; returns the reason, by position, of each failure."""

    def decode(index: tf.Tensor, path: tf.Tensor) -> tuple:
        image = preprocessing.decode_image(tf.io.read_file(path))
        # Without a use of the image, it would not be decoded at all.
        return index, tf.shape(image)

    names = [os.fsencode(path) for path in paths]
    stream = tf.data.Dataset.from_tensor_slices(names).enumerate()
    stream = stream.map(decode, num_parallel_calls=tf.data.AUTOTUNE)
    # Files that fail are missing from the stream; each is decoded once more
    # to learn the reason.
    missing = np.ones(len(paths), bool)
    progress = tqdm(
        stream.ignore_errors().as_numpy_iterator(),
        desc="Checking images",
        total=len(paths),
        unit="image",
        disable=None if len(paths) > MANY else True,
    )
    for index, _ in progress:
        missing[index] = False
    reasons = {i: _reason(paths[i]) for i in np.flatnonzero(missing).tolist()}
    return {i: reason for i, reason in reasons.items() if reason}


def _reason(path: Path) -> str | None:
    """Returns why a file does not decode, or None."""
    try:
        return decoding_error(path.read_bytes())
    except OSError as error:
        return error.strerror or "cannot be read"


def decoding_error(contents: bytes) -> str | None:
    """Returns why the contents of a file do not decode, or None."""
    if not contents:
        return "empty file"
    try:
        with tf.device("CPU:0"):
            preprocessing.decode_image(tf.constant(contents))
    except tf.errors.OpError as error:
        return _plain(error.message)
    return None


def _plain(message: str) -> str:
    """Strips TensorFlow's decoration from an error message."""
    message = message.split("}} ")[-1].split(" [Op:")[0].strip()
    if "Summarized data: b'" in message:
        message = message.split("Summarized data: b'")[1].rstrip("'")
    return message.splitlines()[0].rstrip(".") if message else "not an image"
