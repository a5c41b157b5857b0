"""Reads the list files that come with hashing papers: `path 0 1 0 ...`."""

import dataclasses
import os
from pathlib import Path

import numpy as np

from tf_dnnh.data.data_error import DataError
from tf_dnnh.data.nus_wide.concepts import CONCEPTS_21, CONCEPTS_81
from tf_dnnh.data.nus_wide.image_files import plain_name
from tf_dnnh.data.nus_wide.layout import Listing, read_lines

CONCEPTS_FILE = "concepts.txt"
# Words in the name of a list file, and the part that it lists.
_PARTS = {
    "train": "training",
    "test": "queries",
    "query": "queries",
    "queries": "queries",
    "database": "database",
    "retrieval": "database",
    "db": "database",
    "val": "validation",
}


@dataclasses.dataclass
class _Row:
    """Labels of one image, where they were read, and the parts that list it."""

    labels: list[str]
    where: str
    parts: set[str]


def list_files(folder: Path) -> list[Path]:
    """Finds the list files directly in a folder, by their first line."""
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        names = [e.name for e in entries if e.name.lower().endswith(".txt")]
    return [folder / n for n in sorted(names) if _is_list(folder / n)]


def _is_list(path: Path) -> bool:
    with path.open("rb") as file:
        words = file.readline(65_536).split()
    return len(words) > 2 and set(words[1:]) <= {b"0", b"1"}


def read_list_files(folder: Path) -> Listing:
    """Reads all list files of a folder.

    Every image appears once, in the order of first mention; the parts that
    list it are joined by `+`.
    """
    rows: dict[str, _Row] = {}
    for path in list_files(folder):
        _read_list(path, rows)
    labels = np.array([row.labels for row in rows.values()]) == "1"
    partition = ["+".join(sorted(row.parts)) for row in rows.values()]
    concepts, order = _columns(folder, labels)
    return Listing(
        list(rows),
        labels.astype(np.uint8),
        concepts,
        np.array(partition),
        notes={"label_files": "lists", "columns": order},
    )


def _read_list(path: Path, rows: dict[str, _Row]) -> None:
    """Adds the rows of one file; the same image may be in several."""
    words = path.stem.lower().replace("-", "_").split("_")
    parts = {part for word, part in _PARTS.items() if word in words}
    for number, line in enumerate(read_lines(path), 1):
        name, *labels = line.split()
        where = f"{path.name}, line {number}"
        first = next(iter(rows.values())) if rows else None
        if first and len(labels) != len(first.labels):
            raise DataError(
                f"{where}: expected a path without spaces and "
                f"{len(first.labels)} labels as in {first.where}, found "
                f"{len(labels)}."
            )
        if not set(labels) <= {"0", "1"}:
            raise DataError(f"{where}: labels must be 0 or 1, found {line!r}.")
        row = rows.setdefault(plain_name(name), _Row(labels, where, set()))
        if row.labels != labels:
            raise DataError(
                f"{where}: {name} has other labels in {row.where}: take all "
                "lists from the same copy."
            )
        row.parts |= parts


def _columns(folder: Path, labels: np.ndarray) -> tuple[list[str], str]:
    """Returns the names of the columns, and how they were found."""
    width = labels.shape[1]
    named = folder / CONCEPTS_FILE
    if named.is_file():
        names = read_lines(named)
        if len(names) != width or len(set(names)) != width:
            raise DataError(
                f"{named} names {len(set(names))} concepts, but the list files "
                f"have {width} columns: write a name for each, one per line."
            )
        return names, CONCEPTS_FILE
    if width == len(CONCEPTS_81):
        return list(CONCEPTS_81), "alphabetical"
    order = _order_of_21(labels) if width == len(CONCEPTS_21) else None
    if order is None:
        raise DataError(
            f"The {width} columns of the list files in {folder} have no names: "
            f"write {named}, a name for each, one per line."
        )
    names = list(CONCEPTS_21)
    if order == "alphabetical":
        names.sort()
    return names, f"{order}, as their counts show"


def _order_of_21(labels: np.ndarray) -> str | None:
    """Infers from the counts which of two orders the columns have, or None.

    Both are in use. The counts fall from sky, in half of all images, to
    mountain, in few.
    """
    fall = -np.log1p(labels.sum(axis=0))
    if not fall.std():
        return None
    by_name = [CONCEPTS_21.index(name) for name in sorted(CONCEPTS_21)]
    fit = {
        "by frequency": np.corrcoef(fall, np.arange(len(fall)))[0, 1],
        "alphabetical": np.corrcoef(fall, by_name)[0, 1],
    }
    best = max(fit, key=lambda order: fit[order])
    # A perfect order has 1; a weak or ambiguous fit may be chance.
    return best if fit[best] > 0.5 and min(fit.values()) < 0.5 else None
