"""Remembers facts about files until their size or time of change differs."""

import hashlib
import os
import sys
from pathlib import Path

import numpy as np

from tf_dnnh.files import replacing

# Up to this many files, looking at all of them again is quick enough.
MANY = 2_000


class FileCache:
    """A file in `$XDG_CACHE_HOME/tf_dnnh` (`~/.cache/tf_dnnh`).

    Args:
        kind: what is remembered.
        folder: the folder of the files.
        key: what else the facts depend on, such as a version.
        width: bytes to remember of each file.
    """

    def __init__(self, kind: str, folder: Path, key: str = "", width: int = 0):
        caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        name = f"{folder.resolve()}\0{key}"
        digest = hashlib.sha256(os.fsencode(name)).hexdigest()[:16]
        self.path = Path(caches) / "tf_dnnh" / f"{kind}-{digest}.npy"
        self._dtype = np.dtype([("mark", "u8"), ("value", "u1", (width,))])

    def load(self) -> np.ndarray:
        """Returns a row per file: its mark, uint64, and bytes, [width]."""
        try:
            rows = np.load(self.path, allow_pickle=False)
        except (OSError, ValueError, EOFError):
            rows = None
        if rows is None or rows.dtype != self._dtype:
            # None yet, damaged, or of another version: start anew.
            return np.zeros([0], self._dtype)
        return rows

    def add(
        self, known: np.ndarray, marks: np.ndarray, values: np.ndarray
    ) -> None:
        """Saves the known rows and those of more files; warns if it cannot.

        Args:
            known: rows, as `load` returns them.
            marks: uint64 [n].
            values: uint8 [n, width].
        """
        rows = np.zeros([len(marks)], self._dtype)
        rows["mark"], rows["value"] = marks, values
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(self.path) as beside:
                np.save(beside, np.concatenate([known, rows]))
        except OSError as error:
            print(
                f"warning: could not write {self.path} ({error.strerror}): the "
                "images will be checked again at the next start",
                file=sys.stderr,
            )


def mark(path: Path) -> int:
    """Hashes path, size and modification time to 64 bits."""
    try:
        state = path.stat()
        stamp = f"\0{state.st_size}\0{state.st_mtime_ns}"
    except OSError:
        stamp = ""
    digest = hashlib.blake2b(os.fsencode(path) + stamp.encode(), digest_size=8)
    return int.from_bytes(digest.digest(), "little")
