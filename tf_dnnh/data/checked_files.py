"""Remembers which image files decode, so that each is decoded once."""

import contextlib
import hashlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf

from tf_dnnh.data.readable import unreadable

# Fewer are decoded again before a file would be read.
_MANY = 2_000


def checked(folder: Path, paths: Sequence[str]) -> dict[int, str]:
    """Finds the files that do not decode, as `unreadable` does.

    Of more than 2,000 files, those that decoded are remembered in
    `$XDG_CACHE_HOME/tf_dnnh` (`~/.cache/tf_dnnh`), by path, size and time of
    change; later calls decode only what is new.

    Args:
        folder: that the paths start from.
        paths: image files.

    Returns:
        The reason, by position, for each file that does not decode.
    """
    if len(paths) <= _MANY:
        return unreadable([folder / path for path in paths])
    memory = _memory(folder)
    marks = np.array([_mark(folder / path) for path in paths], np.uint64)
    known = _load(memory)
    new = np.flatnonzero(~np.isin(marks, known)).tolist()
    if not new:
        return {}
    reasons = unreadable([folder / paths[i] for i in new])
    failed = {new[i]: reason for i, reason in reasons.items()}
    if len(new) > len(failed):
        good = np.setdiff1d(new, list(failed))
        _save(memory, np.union1d(known, marks[good]))
    return failed


def _memory(folder: Path) -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    # Another TensorFlow may decode differently.
    key = f"{folder.resolve()}\0{tf.__version__}"
    name = hashlib.sha256(os.fsencode(key)).hexdigest()[:16]
    return Path(cache) / "tf_dnnh" / f"decoded-{name}.npy"


def _mark(path: Path) -> int:
    """Returns 64 bits that change when the file does."""
    try:
        state = path.stat()
        stamp = f"\0{state.st_size}\0{state.st_mtime_ns}"
    except OSError:
        stamp = ""
    digest = hashlib.blake2b(os.fsencode(path) + stamp.encode(), digest_size=8)
    return int.from_bytes(digest.digest(), "little")


def _load(memory: Path) -> np.ndarray:
    try:
        return np.load(memory, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        # None yet, or damaged: every file is decoded again.
        return np.zeros([0], np.uint64)


def _save(memory: Path, marks: np.ndarray) -> None:
    temporary = memory.with_name(f"{memory.stem}.{os.getpid()}.npy")
    try:
        memory.parent.mkdir(parents=True, exist_ok=True)
        np.save(temporary, marks)
        temporary.replace(memory)
    except OSError as error:
        print(
            f"warning: could not write {memory} ({error.strerror}): the images "
            "will be checked again at the next start",
            file=sys.stderr,
        )
        # What of it was written takes up room on a full disk.
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
