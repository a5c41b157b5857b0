"""Reads the CSV file of multi-label classification: `nus_wid_data.csv`.

Its columns are `filepath,label,split_name`; the labels are names of concepts in
one quoted list, `"['clouds', 'sky']"`, and the parts `train` and `val`.
"""

import csv
import io
import re
from pathlib import Path

import numpy as np

from tf_dnnh.data.data_error import DataError
from tf_dnnh.data.nus_wide.concepts import CONCEPTS_21, CONCEPTS_81
from tf_dnnh.data.nus_wide.image_files import plain_names
from tf_dnnh.data.nus_wide.layout import Listing
from tf_dnnh.data.nus_wide.merged_rows import MergedRows, Row
from tf_dnnh.data.nus_wide.text_rows import read_rows

_PATHS = ("filepath", "filename", "path")
_LABELS = ("label", "labels")
_SPLITS = ("split_name", "split")
# The makers of the file call their test part `val`.
_PARTS = {"train": "training", "val": "queries", "test": "queries"}
_LIST = re.compile(r"\[\s*('[^']*'(\s*,\s*'[^']*')*)?\s*\]$")


def csv_file(folder: Path) -> Path | None:
    """Finds the CSV file in a folder, by its header."""
    if not folder.is_dir():
        return None
    for path in sorted(folder.glob("*.csv")):
        with path.open("rb") as file:
            line = file.readline(65_536).decode("utf-8-sig", "replace")
        if _header(line) is not None:
            return path
    return None


def read_csv_file(path: Path) -> Listing:
    """Reads the paths, concepts and parts of all rows.

    Raises:
        DataError: if a row is incomplete; it is named with its line.
    """
    (_, header), *lines = read_rows(path)
    at = _header(header)
    assert at is not None
    rows = [_row(path, number, text, at) for number, text in lines]
    if not rows:
        raise DataError(f"{path} has no rows: copy it again.")
    named = {name for _, names, _, _ in rows for name in names}
    concepts = sorted(named)
    if named <= set(CONCEPTS_81):
        concepts = list(CONCEPTS_81)
    merged = MergedRows()
    plain = plain_names([name for name, *_ in rows])
    for name, (listed, own, part, where) in zip(plain, rows, strict=True):
        marks = "".join("01"[concept in own] for concept in concepts)
        merged.add(name, Row(listed, marks, where, {part}))
    labels, partition, problems = merged.finish()
    return Listing(
        list(merged.rows),
        np.ascontiguousarray(labels),
        concepts,
        partition,
        problems,
        {"columns": "names of the CSV file"},
        files={path.name: len(rows)},
        more_concepts=len(concepts) > len(CONCEPTS_21),
    )


def _header(line: str) -> dict[str, int] | None:
    """Returns the positions of the three columns, or None."""
    cells = [cell.strip().lower() for cell in line.strip().split(",")]
    found = {}
    for key, names in {"p": _PATHS, "l": _LABELS, "s": _SPLITS}.items():
        same = [i for i, cell in enumerate(cells) if cell in names]
        if not same:
            return None
        found[key] = same[0]
    return found


def _row(
    path: Path, number: int, text: str, at: dict[str, int]
) -> tuple[str, set[str], str, str]:
    """Returns listed name, concepts, part and place of a row."""
    cells = next(csv.reader(io.StringIO(text)))
    where = f"{path}, line {number}"
    if len(cells) <= max(at.values()) or not cells[at["p"]].strip():
        raise DataError(
            f"{where}: expected filepath,label,split_name, found "
            f"{len(cells)} cells: quote the list of labels."
        )
    listed, part = cells[at["l"]].strip(), cells[at["s"]].strip().lower()
    if not _LIST.match(listed):
        raise DataError(
            f"{where}: expected labels such as \"['clouds', 'sky']\", found "
            f"{listed!r}: correct the row."
        )
    if part not in _PARTS:
        raise DataError(
            f"{where}: expected one of {', '.join(_PARTS)} as split_name, "
            f"found {part!r}: correct the row."
        )
    names = {name.strip() for name in re.findall(r"'([^']*)'", listed)}
    where = f"{path.name}, line {number}"
    return cells[at["p"]].strip(), names - {""}, _PARTS[part], where
