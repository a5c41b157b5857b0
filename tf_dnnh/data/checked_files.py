"""Finds image files that do not decode, and caches which ones do."""

import hashlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from tf_dnnh.data import preprocessing
from tf_dnnh.data.data_error import DataError
from tf_dnnh.files import replacing

# Up to this many files, decoding all of them again is quick enough.
_MANY = 2_000


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
    if len(paths) <= _MANY:
        return unreadable([folder / path for path in paths])
    cache = _cache_path(folder)
    marks = np.array([_mark(folder / path) for path in paths], np.uint64)
    known = _load(cache)
    new = np.flatnonzero(~np.isin(marks, known)).tolist()
    if not new:
        return {}
    reasons = unreadable([folder / paths[i] for i in new])
    failed = {new[i]: reason for i, reason in reasons.items()}
    if len(new) > len(failed):
        good = np.setdiff1d(new, list(failed))
        _save(cache, np.union1d(known, marks[good]))
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
        disable=None if len(paths) > _MANY else True,
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


def _cache_path(folder: Path) -> Path:
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    # Another version of TensorFlow may decode differently.
    key = f"{folder.resolve()}\0{tf.__version__}"
    name = hashlib.sha256(os.fsencode(key)).hexdigest()[:16]
    return Path(caches) / "tf_dnnh" / f"decoded-{name}.npy"


def _mark(path: Path) -> int:
    """Hashes path, size and modification time to 64 bits."""
    try:
        state = path.stat()
        stamp = f"\0{state.st_size}\0{state.st_mtime_ns}"
    except OSError:
        stamp = ""
    digest = hashlib.blake2b(os.fsencode(path) + stamp.encode(), digest_size=8)
    return int.from_bytes(digest.digest(), "little")


def _load(cache: Path) -> np.ndarray:
    try:
        return np.load(cache, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        # None yet, or damaged: every file is decoded again.
        return np.zeros([0], np.uint64)


def _save(cache: Path, marks: np.ndarray) -> None:
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        with replacing(cache) as beside:
            np.save(beside, marks)
    except OSError as error:
        print(
            f"warning: could not write {cache} ({error.strerror}): the images "
            "will be checked again at the next start",
            file=sys.stderr,
        )
