"""Writes codes as files that search systems load."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tf_dnnh import files
from tf_dnnh.codes import unpack


class ListedPicture(NamedTuple):
    """One picture: id, name, label (or None) and packed code."""

    id: int
    name: str
    label: str | None
    code: bytes


def write_codes(
    path: Path, system: str, bits: int, pictures: Iterable[ListedPicture]
) -> None:
    """Writes a file for a search system.

    Args:
        path: the file.
        system: a key of `SYSTEMS`.
        bits: length of a code.
        pictures: the pictures, which are written as they come.
    """
    with (
        files.replacing(path) as beside,
        beside.open("w", encoding="utf-8", newline="") as file,
    ):
        file.writelines(SYSTEMS[system](bits, pictures))


def _milvus(bits: int, pictures: Iterable[ListedPicture]) -> Iterator[str]:
    """Yields the JSON of a bulk import: codes as bytes in 0..255."""
    comma = ""
    yield '{"rows": ['
    for picture in pictures:
        row = picture._asdict() | {"code": list(picture.code)}
        row["label"] = picture.label or ""
        yield f"{comma}\n{json.dumps(row)}"
        comma = ","
    yield "\n]}\n"


def _opensearch(bits: int, pictures: Iterable[ListedPicture]) -> Iterator[str]:
    """Yields the lines of a bulk request: codes as bytes in -128..127."""
    for picture in pictures:
        code = np.frombuffer(picture.code, np.int8).tolist()
        row = {"name": picture.name, "label": picture.label, "code": code}
        yield json.dumps({"index": {"_id": str(picture.id)}}) + "\n"
        yield json.dumps(row) + "\n"


def _postgresql(bits: int, pictures: Iterable[ListedPicture]) -> Iterator[str]:
    """Yields the rows of a CSV file for COPY: codes as 0s and 1s."""
    writer = csv.writer(_Echo(), lineterminator="\n")
    yield writer.writerow(ListedPicture._fields)
    for picture in pictures:
        digits = unpack(np.frombuffer(picture.code, np.uint8), bits)
        code = "".join(map(str, digits.tolist()))
        yield writer.writerow([*picture[:3], code])


class _Echo:
    """Makes `writerow` return the line that it would write."""

    def write(self, line: str) -> str:
        return line


SYSTEMS: dict[str, Callable[[int, Iterable[ListedPicture]], Iterator[str]]] = {
    "milvus": _milvus,
    "opensearch": _opensearch,
    "postgresql": _postgresql,
}
