"""Reads a CSV file of image paths, labels and, optionally, parts.

One image per row: `path,label[;label...][,split]`, UTF-8. Tabs or semicolons
may stand for the commas; where semicolons do, quote several labels. Paths are
absolute or start from the folder of the CSV file. `split` is queries, database,
training or validation (test, query, train and val are accepted, too; empty
means database). A first row `path,label[,split]`, in any order, is a header.
"""

import csv
import dataclasses
from pathlib import Path

from tf_dnnh.data.data_error import DataError

_COLUMNS = {
    "path": ("path", "file", "filename", "image"),
    "labels": ("label", "labels", "class", "classes"),
    "split": ("split", "part", "partition"),
}
# What separates cells -> its name. The first one in the first row counts.
_SEPARATORS = {"\t": "tab", ",": "comma", ";": "semicolon"}
_DEFAULT = {"path": 0, "labels": 1, "split": 2}
# Spellings of the parts of a split, in CSV files and as names of folders.
PART_NAMES = {
    "database": "database",
    "queries": "queries",
    "query": "queries",
    "test": "queries",
    "training": "training",
    "train": "training",
    "validation": "validation",
    "val": "validation",
}


@dataclasses.dataclass(frozen=True)
class LabelledPath:
    """One row: a path, its labels, its part, and the row's line number."""

    path: str
    labels: tuple[str, ...]
    part: str
    line: int


def read_labels_csv(path: Path) -> tuple[list[LabelledPath], bool]:
    """Reads all rows; also returns whether there is a split column."""
    lines, separator = _read_cells(path)
    width = max((len(cells) for _, cells in lines), default=0)
    columns = _header(lines[0][1]) if lines else None
    if columns is not None:
        lines = lines[1:]
    elif width > len(_DEFAULT):
        wide = next(line for line, cells in lines if len(cells) == width)
        raise DataError(
            f"{path}, line {wide}: expected path,label[;label...][,split], "
            f"found {width} cells; quote a cell that contains a "
            f"{_SEPARATORS[separator]}."
        )
    columns = columns or _DEFAULT
    if not lines:
        raise DataError(f"{path} has no rows: write `path,label` per image.")
    rows = [_row(path, line, cells, columns) for line, cells in lines]
    rows = _merged(path, rows)
    return rows, columns.get("split", width) < width


def _read_cells(path: Path) -> tuple[list[tuple[int, list[str]]], str]:
    """Returns numbered rows that are not empty, and what separates cells."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            text = file.read()
        first = next(filter(str.strip, text.splitlines()), "")
        # A comma wins where labels are separated by semicolons.
        separator = next((s for s in _SEPARATORS if s in first), ",")
        reader = csv.reader(text.splitlines(True), delimiter=separator)
        lines = [
            (i, [cell.strip() for cell in cells])
            for i, cells in enumerate(reader, 1)
            if any(cell.strip() for cell in cells)
        ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(
            f"Could not read {path} ({error}): it must be a CSV file in UTF-8."
        ) from error
    return lines, separator


def _merged(path: Path, rows: list[LabelledPath]) -> list[LabelledPath]:
    """Drops repeated rows; raises DataError where two rows disagree."""
    first: dict[str, LabelledPath] = {}
    for row in rows:
        before = first.setdefault(row.path, row)
        if (set(before.labels), before.part) != (set(row.labels), row.part):
            raise DataError(
                f"{path}, line {row.line}: {row.path} was listed in line "
                f"{before.line} already, with another label or split; write "
                "several labels in one row, with semicolons."
            )
    return list(first.values())


def _header(cells: list[str]) -> dict[str, int] | None:
    """Returns the positions of the columns if this row names them, or None."""
    columns = {}
    for i, cell in enumerate(cells):
        for name, spellings in _COLUMNS.items():
            if cell.lower() in spellings:
                columns[name] = i
    return columns if {"path", "labels"} <= set(columns) else None


def _row(
    path: Path, line: int, cells: list[str], columns: dict[str, int]
) -> LabelledPath:
    named = {
        name: cells[i] if i < len(cells) else "" for name, i in columns.items()
    }
    if not named["path"]:
        raise DataError(
            f"{path}, line {line}: expected path,label[;label...][,split], "
            f"found {','.join(cells)}."
        )
    part = named.get("split", "").lower() or "database"
    if part not in PART_NAMES:
        raise DataError(
            f"{path}, line {line}: the split must be queries, database, "
            f"training or validation, found {part!r}."
        )
    labels = [label.strip() for label in named["labels"].split(";")]
    return LabelledPath(
        named["path"],
        tuple(dict.fromkeys(label for label in labels if label)),
        PART_NAMES[part],
        line,
    )
