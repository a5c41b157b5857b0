"""Arrays in `.npy` files that are never changed, named by their checksums."""

import hashlib
import io
import os
import pathlib
import re
from typing import Any

import numpy as np

from tf_dnnh import files
from tf_dnnh.search.search_error import SearchError

# Data files, and what `files.replacing` leaves of a save that was killed.
_OURS = re.compile(
    r"[a-z]+-[0-9a-f]{16}\.npy"
    r"|\.([a-z]+-[0-9a-f]{16}|header)\.\d+\.(npy|json)"
)


def write(folder: pathlib.Path, name: str, array: np.ndarray) -> dict[str, Any]:
    """Writes an array, unless its file is there.

    Returns:
        The `name` of the file, its size in `bytes`, and its `sha256`.
    """
    contents = _contents(array)
    digest = hashlib.sha256()
    for part in contents:
        digest.update(part)
    entry: dict[str, Any] = {
        "name": f"{name}-{digest.hexdigest()[:16]}.npy",
        "bytes": sum(len(part) for part in contents),
        "sha256": digest.hexdigest(),
    }
    file = folder / entry["name"]
    if not (file.exists() and _is_intact(file, entry, check=True)):
        with files.replacing(file) as beside, beside.open("wb") as stream:
            stream.writelines(contents)
            stream.flush()
            os.fsync(stream.fileno())
    return entry


def _contents(array: np.ndarray) -> tuple[bytes, memoryview]:
    """Returns the two parts of a `.npy` file: its header and the values."""
    array = np.ascontiguousarray(array)
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, np.lib.format.header_data_from_array_1_0(array)
    )
    return header.getvalue(), array.reshape(-1).view(np.uint8).data


def read(
    folder: pathlib.Path, entry: dict[str, Any], check: bool
) -> np.ndarray:
    """Opens an array, memory-mapped.

    Args:
        folder: where its file is.
        entry: what `write` returned.
        check: whether to read it all and compare its checksum.

    Raises:
        SearchError: if it is not as it was written.
        FileNotFoundError: if it is missing.
    """
    file = folder / entry["name"]
    if not _is_intact(file, entry, check):
        raise damaged(file)
    return np.asarray(np.load(file, mmap_mode="r"))


def _is_intact(file: pathlib.Path, entry: dict[str, Any], check: bool) -> bool:
    if file.stat().st_size != entry["bytes"]:
        return False
    if not check:
        return True
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256")
    return digest.hexdigest() == entry["sha256"]


def damaged(file: pathlib.Path) -> SearchError:
    """Returns the error that says that a file of an index has changed."""
    return SearchError(
        f"The index {file.parent} is damaged: {file.name} is not as it was "
        "written. Build it again."
    )


def sweep(folder: pathlib.Path, named: set[str]) -> None:
    """Removes files that `write` left and that are not named."""
    for file in folder.iterdir():
        if _OURS.fullmatch(file.name) and file.name not in named:
            file.unlink(missing_ok=True)
