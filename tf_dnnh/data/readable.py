"""Finds image files that do not decode."""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

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
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        reasons: Iterable[str | None] = pool.map(_reason, paths, chunksize=16)
        if len(paths) > _MANY:
            reasons = tqdm(
                reasons,
                desc="Checking images",
                total=len(paths),
                unit="image",
                disable=None,
            )
        return {i: reason for i, reason in enumerate(reasons) if reason}


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
