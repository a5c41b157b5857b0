"""Reads the official label files: a list of images, a file per concept."""

import itertools
import os
from pathlib import Path

import numpy as np

from tf_dnnh.data.data_error import DataError
from tf_dnnh.data.nus_wide import layout
from tf_dnnh.data.nus_wide.concepts import CONCEPTS_81
from tf_dnnh.data.nus_wide.image_files import plain_name
from tf_dnnh.data.nus_wide.text_rows import read_rows

_PARTS = ("train", "test")
_LIST = "ImageList.txt"
# One file with the columns of all concepts, in some copies.
_MATRIX = "AllLabels81.txt"


def official_root(folder: Path) -> Path | None:
    """Finds the folder with the official lists: this one, or one in it."""
    for root in _roots(folder):
        if layout.find(root, "ImageList") or _list_path(root, _LIST):
            return root
    return None


def has_labels(root: Path) -> bool:
    """Returns whether a folder has official label files, complete or not."""
    return _labels_path(root) is not None


def check_lists(folder: Path) -> None:
    """Raises DataError if there are official labels without their images."""
    for root in _roots(folder):
        labels = _labels_path(root)
        if labels is not None:
            raise DataError(
                f"{labels} holds labels, but {root} lacks the list of their "
                "images: add ImageList/Imagelist.txt, whose rows look like "
                "actor\\0001_2124494179.jpg; the official copy has it in "
                "ImageList.zip.",
                layout.expected_tree(root),
            )


def _roots(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        below = sorted(entry.name for entry in entries if entry.is_dir())
    return [folder, *(folder / name for name in below)]


def _labels_path(root: Path) -> Path | None:
    return (
        _label_folder(root, "AllLabels")
        or _label_folder(root, "TrainTestLabels")
        or _label_folder(root, _MATRIX)
    )


def _list_path(root: Path, name: str) -> Path | None:
    return layout.find(root, "ImageList", name) or layout.find(root, name)


def read_official(root: Path, concepts: list[str] | None) -> layout.Listing:
    """Reads the image lists and the labels of some concepts, or of all (None).

    Labels come from `AllLabels`, or `AllLabels81.txt`, parts from the lists of
    training and test images; rows that differ in `TrainTestLabels` are
    `conflicting`. Without labels of all images, or `Imagelist.txt`, the
    training and test files are joined.
    """
    files: dict[str, int] = {}
    columns = concepts or _concepts(root)
    lists = {
        part: _image_list(root, f"{part}ImageList.txt", files)
        for part in _PARTS
    }
    has_parts = all(lists.values()) and _label_folder(root, "TrainTestLabels")
    names = _image_list(root, _LIST, files)
    conflicting = []
    if names and _has_labels_of_all(root):
        labels = _labels_of_all(root, columns, names, files)
        partition = _partition(names, lists)
        row_of = {name: i for i, name in enumerate(names)}
        for part, of_part in lists.items() if has_parts else ():
            rows = [row_of[name] for name in of_part]
            own = _labels(root, columns, of_part, files, part)
            differing = (own != labels[rows]).any(axis=1)
            conflicting += list(itertools.compress(of_part, differing))
    elif has_parts:
        names = [name for part in _PARTS for name in lists[part]]
        labels = np.concatenate(
            [
                _labels(root, columns, lists[part], files, part)
                for part in _PARTS
            ]
        )
        partition = np.repeat(_PARTS, [len(lists[part]) for part in _PARTS])
    else:
        raise DataError(
            f"{root} lacks image lists with matching labels; the expected "
            "layout is shown below.",
            layout.expected_tree(root),
        )
    listing = layout.Listing(
        names,
        labels,
        list(columns),
        partition,
        files=files,
        more_concepts=True,
    )
    listing.problems["conflicting"] = conflicting
    return _without_repeated(listing)


def _has_labels_of_all(root: Path) -> bool:
    return bool(
        _label_folder(root, "AllLabels") or _label_folder(root, _MATRIX)
    )


def _labels_of_all(
    root: Path, concepts: list[str], names: list[str], files: dict[str, int]
) -> np.ndarray:
    """Reads the labels of all images, from one file per concept or from one."""
    matrix = _label_folder(root, _MATRIX)
    if matrix is None or _label_folder(root, "AllLabels"):
        return _labels(root, concepts, names, files)
    files[matrix.name] = len(names)
    return _matrix(matrix, concepts, names)


def _concepts(root: Path) -> list[str]:
    """Reads the concepts' names, or takes those of the label files."""
    path = layout.find(root, "ConceptsList", "Concepts81.txt")
    if path is not None:
        return [text for _, text in read_rows(path)]
    folder = _label_folder(root, "AllLabels")
    files = sorted(folder.glob("Labels_*.txt")) if folder else []
    if not files and _label_folder(root, _MATRIX):
        return list(CONCEPTS_81)
    if not files:
        raise DataError(
            f"{root} lacks ConceptsList/Concepts81.txt; the expected "
            "layout is shown below.",
            layout.expected_tree(root),
        )
    return [path.stem.split("_", 1)[1] for path in files]


def _image_list(root: Path, name: str, files: dict[str, int]) -> list[str]:
    """Reads a list of images, if there is one, and counts its rows."""
    path = _list_path(root, name)
    if path is None:
        return []
    names = [plain_name(text) for _, text in read_rows(path)]
    files[path.name] = len(names)
    return names


def _label_folder(root: Path, name: str) -> Path | None:
    return layout.find(root, "Groundtruth", name) or layout.find(root, name)


def _labels(
    root: Path,
    concepts: list[str],
    names: list[str],
    files: dict[str, int],
    part: str = "",
) -> np.ndarray:
    """Reads one file per concept, for all images or those of a part.

    Returns:
        uint8 [names, concepts].
    """
    folder_name = "TrainTestLabels" if part else "AllLabels"
    folder = _label_folder(root, folder_name)
    assert folder is not None
    columns = []
    end = f"_{part.title()}.txt" if part else ".txt"
    for concept in concepts:
        name = f"Labels_{concept}{end}"
        path = layout.find(folder, name)
        if path is None:
            raise DataError(
                f"{folder} lacks {name}: unpack Groundtruth.zip completely."
            )
        columns.append(_column(path))
        if len(columns[-1]) != len(columns[0]):
            raise DataError(
                f"{path} has {len(columns[-1]):,} rows, but the file of "
                f"{concepts[0]} has {len(columns[0]):,}: unpack "
                "Groundtruth.zip again."
            )
    title = f"{folder_name} ({part})" if part else folder_name
    if len(columns[0]) != len(names):
        raise DataError(
            f"{part.title()}Imagelist.txt lists {len(names):,} images, but the "
            f"files of {title} have {len(columns[0]):,} rows: take both from "
            "the same copy."
        )
    files[f"{title}, {len(columns)} files"] = len(names)
    return np.stack(columns, axis=1)


def _matrix(path: Path, concepts: list[str], names: list[str]) -> np.ndarray:
    """Reads the columns of some concepts from one file with all 81."""
    rows = read_rows(path)
    if len(rows) != len(names):
        raise DataError(
            f"{path} has {len(rows):,} rows, but Imagelist.txt lists "
            f"{len(names):,} images: take both from the same copy."
        )
    for number, text in rows:
        words = text.split()
        if len(words) != len(CONCEPTS_81) or not set(words) <= {"0", "1"}:
            raise DataError(
                f"{path}, line {number}: expected 81 labels, each 0 or 1, "
                f"found {text[:60]!r}: copy the file again."
            )
    values = np.array([text.split() for _, text in rows])
    columns = [CONCEPTS_81.index(concept) for concept in concepts]
    return (values[:, columns] == "1").astype(np.uint8)


def _column(path: Path) -> np.ndarray:
    """Reads a file with one 0 or 1 per line; uint8 [lines]."""
    try:
        values = np.array(path.read_bytes().split())
    except OSError as error:
        raise DataError(
            f"Could not read {path} ({error.strerror}): unpack "
            "Groundtruth.zip again."
        ) from error
    ones = values == b"1"
    wrong = np.flatnonzero(~ones & (values != b"0"))
    if len(wrong):
        raise DataError(
            f"{path}, row {wrong[0] + 1}: expected 0 or 1, found "
            f"{values[wrong[0]].decode(errors='replace')!r}."
        )
    return ones.astype(np.uint8)


def _partition(names: list[str], lists: dict[str, list[str]]) -> np.ndarray:
    """Returns the part of every image; checks the lists of the parts."""
    listed = sum(len(part) for part in lists.values())
    if not all(lists.values()):
        return np.full(len(names), "")
    if listed != len(names):
        raise DataError(
            f"TrainImagelist.txt and TestImagelist.txt list {listed:,} images "
            f"together, but Imagelist.txt {len(names):,}: take all three from "
            "the same copy."
        )
    part_of = {name: part for part in _PARTS for name in lists[part]}
    unknown = [name for name in names if name not in part_of]
    if unknown:
        raise DataError(
            f"{len(unknown):,} images of Imagelist.txt are neither in "
            f"TrainImagelist.txt nor in TestImagelist.txt, first {unknown[0]}: "
            "take all three from the same copy."
        )
    return np.array([part_of[name] for name in names])


def _without_repeated(listing: layout.Listing) -> layout.Listing:
    """Keeps the first row of every image, and reports the others."""
    _, first = np.unique(listing.names, return_index=True)
    repeated = np.ones(len(listing.names), bool)
    repeated[first] = False
    names = itertools.compress(listing.names, repeated)
    listing.problems["repeated"] = list(names)
    return listing.select(~repeated)
