"""The folder of a saved index: arrays in files, and a header that names them.

`header.json` is written last and replaces the old one at once. Data files are
never changed: their names contain their checksums. So a folder always holds one
complete index; files that its header does not name are left over from a save
that was killed, and go with the next one.
"""

import fcntl
import hashlib
import json
import os
import pathlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import numpy as np

from tf_dnnh import files
from tf_dnnh.search.hamming import array_files
from tf_dnnh.search.search_error import SearchError

VERSION = 1
_FORMAT = "tf_dnnh.HammingIndex"
_HEADER = "header.json"


def save(
    path: str | os.PathLike[str],
    header: dict[str, Any],
    arrays: dict[str, np.ndarray],
) -> None:
    """Saves an index to a folder; arrays saved there before are kept.

    Args:
        path: the folder, made if missing.
        header: facts about the index, in values of JSON.
        arrays: its data by name.
    """
    folder = pathlib.Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        entries = {
            name: array_files.write(folder, name, array)
            for name, array in arrays.items()
        }
        text = {
            "format": _FORMAT,
            "version": VERSION,
            "bit_order": "most significant bit first",
            **header,
            "files": entries,
        }
        text["sha256"] = _digest_of_header(text)
        files.write_json(folder / _HEADER, text)
        array_files.sweep(folder, {entry["name"] for entry in entries.values()})


def load(
    path: str | os.PathLike[str], check: bool
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Opens an index folder.

    Args:
        path: the folder.
        check: whether to read all data and compare checksums.

    Returns:
        The header and the arrays by name, memory-mapped.

    Raises:
        SearchError: if it is no index, damaged or of a newer version.
    """
    folder = pathlib.Path(path)
    header = _read_header(folder)
    while True:
        try:
            return header, _read_arrays(folder, header, check)
        except FileNotFoundError as error:
            # Another process may have saved the index in between.
            newer = _read_header(folder)
            if newer == header:
                name = pathlib.Path(error.filename).name
                raise SearchError(
                    f"The index {folder} is damaged: {name} is missing. Build "
                    "it again."
                ) from error
            header = newer


def check_fingerprint(
    path: str | os.PathLike[str],
    header: dict[str, Any],
    fingerprint: str | None,
) -> None:
    """Raises SearchError if the codes are of another model."""
    if fingerprint is not None and fingerprint != header["fingerprint"]:
        raise SearchError(
            f"The index {path} holds codes of another model (fingerprint "
            f"{header['fingerprint'] or 'unknown'}, not {fingerprint}): use "
            "that model, or build the index again."
        )


def _read_header(folder: pathlib.Path) -> dict[str, Any]:
    file = folder / _HEADER
    try:
        header = json.loads(file.read_text(encoding="utf-8"))
        is_ours = header["format"] == _FORMAT
        version = header["version"]
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SearchError(
            f"There is no index in {folder}: {_HEADER} is missing."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise array_files.damaged(file) from error
    if is_ours and version != VERSION:
        raise SearchError(
            f"The index {folder} has format {version}, and this version of "
            f"tf_dnnh reads {VERSION}: install a newer one."
        )
    if not is_ours or header.pop("sha256", None) != _digest_of_header(header):
        raise array_files.damaged(file)
    return header


def _read_arrays(
    folder: pathlib.Path, header: dict[str, Any], check: bool
) -> dict[str, np.ndarray]:
    entries = header["files"].values()
    # Hashing releases Python's lock, so that files are read side by side.
    with ThreadPoolExecutor() as pool:
        arrays = pool.map(
            lambda entry: array_files.read(folder, entry, check), entries
        )
        return dict(zip(header["files"], arrays, strict=True))


def _digest_of_header(header: dict[str, Any]) -> str:
    return hashlib.sha256(
        json.dumps(header, sort_keys=True).encode()
    ).hexdigest()


@contextmanager
def _locked(folder: pathlib.Path) -> Iterator[None]:
    """Lets one process at a time save to a folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
