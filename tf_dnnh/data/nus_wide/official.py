"""Reads the official label files: a list of images, a file a concept."""

import os
from pathlib import Path

import numpy as np

from tf_dnnh.data.data_error import DataError
from tf_dnnh.data.nus_wide.image_files import plain_name
from tf_dnnh.data.nus_wide.layout import expected_tree, find, read_lines
from tf_dnnh.data.nus_wide.listing import Listing

_PARTS = {"train": "Train", "test": "Test"}


def official_root(folder: Path) -> Path | None:
    """Finds the folder that holds `ImageList` and `Groundtruth`.

    Args:
        folder: that folder, or the one above it.

    Returns:
        Its path, or None.
    """
    if not folder.is_dir():
        return None
    with os.scandir(folder) as entries:
        below = sorted(entry.name for entry in entries if entry.is_dir())
    for root in (folder, *(folder / name for name in below)):
        if find(root, "ImageList") is not None:
            return root
    return None


def read_official(root: Path, concepts: list[str] | None) -> Listing:
    """Reads lists and labels, and checks that they fit together.

    `AllLabels` count; the lists of training and test images give the parts,
    and `TrainTestLabels` are compared. Where `AllLabels` or `Imagelist.txt`
    is missing, the training and test files are read one after the other.

    Args:
        root: what `official_root` found.
        concepts: the columns wanted. Default: all.

    Returns:
        All rows, in the order of the list.

    Raises:
        DataError: if a file is missing, or files disagree in their rows.
    """
    columns = concepts or _concepts(root)
    lists = {part: _image_list(root, f"{part}ImageList.txt") for part in _PARTS}
    everything = _image_list(root, "ImageList.txt")
    if everything and _label_folder(root, "AllLabels"):
        names, labels = everything, _labels(root, "AllLabels", columns, "")
        _check_rows(labels, names, "AllLabels", "Imagelist.txt")
        partition = _partition(names, lists)
        conflicting = _conflicting(root, names, labels, columns, lists)
    elif all(lists.values()) and _label_folder(root, "TrainTestLabels"):
        names = [name for part in _PARTS for name in lists[part]]
        labels = np.concatenate(
            [_part_labels(root, columns, part, lists[part]) for part in _PARTS]
        )
        sizes = [len(lists[part]) for part in _PARTS]
        partition = np.repeat(list(_PARTS), sizes)
        conflicting = []
    else:
        raise DataError(
            f"{root} lacks image lists with the labels to them; what is "
            "expected is shown below.",
            expected_tree(root),
        )
    listing = Listing(names, labels, list(columns), partition)
    listing.notes["label_files"] = "official"
    listing.problems["conflicting"] = conflicting
    return _without_repeated(listing)


def _concepts(root: Path) -> list[str]:
    """Reads the concepts' names, or takes those of the label files."""
    path = find(root, "ConceptsList", "Concepts81.txt")
    if path is not None:
        return read_lines(path)
    folder = _label_folder(root, "AllLabels")
    files = sorted(folder.glob("Labels_*.txt")) if folder else []
    if not files:
        raise DataError(
            f"{root} lacks ConceptsList/Concepts81.txt; what is expected is "
            "shown below.",
            expected_tree(root),
        )
    return [path.stem.split("_", 1)[1] for path in files]


def _image_list(root: Path, name: str) -> list[str]:
    path = find(root, "ImageList", name)
    return [] if path is None else [plain_name(n) for n in read_lines(path)]


def _label_folder(root: Path, name: str) -> Path | None:
    return find(root, "Groundtruth", name) or find(root, name)


def _labels(
    root: Path, folder_name: str, concepts: list[str], end: str
) -> np.ndarray:
    """Reads one file a concept into uint8 [rows, concepts]."""
    folder = _label_folder(root, folder_name)
    assert folder is not None
    columns = []
    for concept in concepts:
        name = f"Labels_{concept}{end}.txt"
        path = find(folder, name)
        if path is None:
            raise DataError(
                f"{folder} lacks {name}: unpack Groundtruth.zip completely."
            )
        columns.append(_column(path))
        if len(columns[-1]) != len(columns[0]):
            raise DataError(
                f"{path} has {len(columns[-1]):,} rows, but the file of "
                f"{concepts[0]} has {len(columns[0]):,}: unpack "
                "Groundtruth.zip anew."
            )
    return np.stack(columns, axis=1)


def _column(path: Path) -> np.ndarray:
    """Reads one 0 or 1 a line."""
    try:
        values = np.array(path.read_bytes().split())
    except OSError as error:
        raise DataError(
            f"Could not read {path} ({error.strerror}): unpack "
            "Groundtruth.zip anew."
        ) from error
    ones = values == b"1"
    wrong = np.flatnonzero(~ones & (values != b"0"))
    if len(wrong):
        raise DataError(
            f"{path}, row {wrong[0] + 1}: expected 0 or 1, found "
            f"{values[wrong[0]].decode(errors='replace')!r}."
        )
    return ones.astype(np.uint8)


def _part_labels(
    root: Path, concepts: list[str], part: str, names: list[str]
) -> np.ndarray:
    labels = _labels(root, "TrainTestLabels", concepts, f"_{_PARTS[part]}")
    list_name = f"{_PARTS[part]}Imagelist.txt"
    _check_rows(labels, names, f"TrainTestLabels ({part})", list_name)
    return labels


def _check_rows(
    labels: np.ndarray, names: list[str], label_files: str, list_name: str
) -> None:
    if len(labels) != len(names):
        raise DataError(
            f"{list_name} lists {len(names):,} images, but the files of "
            f"{label_files} have {len(labels):,} rows: take both from one copy."
        )


def _partition(names: list[str], lists: dict[str, list[str]]) -> np.ndarray:
    """Returns the part of every image; checks the lists of the parts."""
    listed = sum(len(part) for part in lists.values())
    if not all(lists.values()):
        return np.full(len(names), "")
    if listed != len(names):
        raise DataError(
            f"TrainImagelist.txt and TestImagelist.txt list {listed:,} images "
            f"together, but Imagelist.txt {len(names):,}: take all three from "
            "one copy."
        )
    part_of = {name: part for part in _PARTS for name in lists[part]}
    unknown = [name for name in names if name not in part_of]
    if unknown:
        raise DataError(
            f"{len(unknown):,} images of Imagelist.txt are neither in "
            f"TrainImagelist.txt nor in TestImagelist.txt, first {unknown[0]}: "
            "take all three from one copy."
        )
    return np.array([part_of[name] for name in names])


def _conflicting(
    root: Path,
    names: list[str],
    labels: np.ndarray,
    concepts: list[str],
    lists: dict[str, list[str]],
) -> list[str]:
    """Names images whose labels differ between the two label folders."""
    if not all(lists.values()) or not _label_folder(root, "TrainTestLabels"):
        return []
    row_of = {name: i for i, name in enumerate(names)}
    found = []
    for part, of_part in lists.items():
        rows = [row_of[name] for name in of_part]
        differ = _part_labels(root, concepts, part, of_part) != labels[rows]
        found += [of_part[i] for i in np.flatnonzero(differ.any(axis=1))]
    return found


def _without_repeated(listing: Listing) -> Listing:
    """Keeps the first row of every image, and reports the others."""
    first: dict[str, int] = {}
    for i, name in enumerate(listing.names):
        first.setdefault(name, i)
    repeated = np.ones(len(listing.names), bool)
    repeated[list(first.values())] = False
    listing.problems["repeated"] = [
        listing.names[i] for i in np.flatnonzero(repeated)
    ]
    return listing.select(~repeated)
