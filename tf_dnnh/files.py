"""Atomic file writes: readers see either the old file or the new one."""

import contextlib
import csv
import json
import os
import pathlib
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

# The start of the names of folders that are renamed when they are complete.
WRITING = ".writing-"

# The names that `replacing` gives.
_TEMPORARY = re.compile(r"\..+\.\d+(\.\w+)?")


@contextlib.contextmanager
def replacing(path: pathlib.Path) -> Iterator[pathlib.Path]:
    """Yields a temporary path in the same folder, to write the new `path` to.

    It has the suffix of `path`, since some writers choose the format by it. If
    the body raises, the temporary file is removed and `path` is unchanged.
    """
    beside = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        yield beside
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def sweep(folder: pathlib.Path) -> None:
    """Removes what killed writers have left in a folder.

    These are temporary files of `replacing`, and folders `.writing-*`.

    Args:
        folder: a folder that this process has locked: every other writer is
            dead.
    """
    for path in folder.glob(".*"):
        if path.name.startswith(WRITING) and path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif _TEMPORARY.fullmatch(path.name) and path.is_file():
            path.unlink(missing_ok=True)


def write_text(path: pathlib.Path, text: str) -> None:
    """Writes `text` in UTF-8."""
    with replacing(path) as beside:
        beside.write_text(text, encoding="utf-8")


def write_json(path: pathlib.Path, value: Any) -> None:
    """Writes `value` as indented JSON with a final newline."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    write_text(path, text + "\n")


def write_csv(
    path: pathlib.Path, header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Writes a table; None becomes a blank cell."""
    with (
        replacing(path) as beside,
        beside.open("w", encoding="utf-8", newline="") as lines,
    ):
        writer = csv.writer(lines)
        writer.writerow(header)
        writer.writerows(rows)
