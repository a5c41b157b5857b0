"""A user's own pictures: class subfolders, or a CSV file."""

import dataclasses
import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tf_dnnh.data.checks.checked_files import readable
from tf_dnnh.data.data_error import DataError
from tf_dnnh.data.file_source import FileSource
from tf_dnnh.data.files_below import entries, files_below
from tf_dnnh.data.image_dataset import PROBLEMS, ImageDataset
from tf_dnnh.data.labels_csv import PART_NAMES, LabelledPath, read_labels_csv

SUFFIXES = (".jpg", ".jpeg", ".jpe", ".png", ".gif", ".bmp", ".webp")
# Pictures of cameras and phones that TensorFlow does not decode.
_UNSUPPORTED = (".heic", ".heif", ".avif", ".tif", ".tiff")

_DEFAULT_CSV = "labels.csv"


def load_image_folder(
    data_dir: str | os.PathLike | None,
    csv: str | None = None,
    check: bool = True,
) -> ImageDataset:
    """Loads images from class subfolders, or as listed in a CSV file.

    Without a CSV file, every subfolder is a class named after it, and may have
    subfolders of its own. Hidden files are ignored, links are followed. If all
    subfolders are called `train`, `test` and the like, and hold nothing but
    class folders, they become the parts of the split.

    Args:
        data_dir: the folder, or the CSV file itself.
        csv: name of the CSV file inside the folder. Default: `labels.csv` if
            there is one. See `labels_csv` for the format.
        check: decode every file once now. Those that fail are left out and
            listed in `problems`; unchecked, they would stop a training run.

    Returns:
        The data set, in sorted order, single-label unless a row of the CSV
        file has several labels; `ids` are paths from the folder.

    Raises:
        DataError: if there are no images of at least two classes.

    Example:
        >>> dataset = load_image_folder("photos")  # doctest: +SKIP
        >>> dataset.class_names  # doctest: +SKIP
        ['cat', 'dog']
    """
    if data_dir is None:
        raise DataError(
            "image_folder needs --data_dir: the folder that holds one "
            "subfolder of images per class, or a CSV file."
        )
    folder = Path(data_dir).expanduser()
    problems: dict[str, list[str]] = {kind: [] for kind in PROBLEMS}
    listing = csv_path(folder, csv)
    if listing is not None:
        folder = listing.parent
        rows, has_parts = read_labels_csv(listing)
        rows = _existing(rows, folder, problems)
        rows = _supported(rows, problems)
    else:
        rows, has_parts = _scan(folder, problems)
    if not rows and problems["unsupported"]:
        raise DataError(
            f"All {len(problems['unsupported'])} pictures in {folder} have a "
            f"format that is not read, first {problems['unsupported'][0]}: "
            f"convert them to JPEG, see docs/your_pictures.md."
        )
    if not rows:
        raise DataError(
            f"Found no images in {listing or folder}: expected one subfolder "
            f"of {', '.join(SUFFIXES)} files per class, or a CSV file "
            f"{_DEFAULT_CSV} of rows path,label."
        )
    if check:
        paths = [row.path for row in rows]
        good, failed = readable(folder, paths, list(map(_text, paths)))
        problems["unreadable"] = failed
        rows = list(itertools.compress(rows, good))
    return _assemble(rows, has_parts, folder, problems)


def csv_path(folder: Path, csv: str | None) -> Path | None:
    """Returns the CSV file that lists the images of a folder, or None.

    `folder` may be the file itself, and `csv` its name inside the folder; by
    default, a file called `labels.csv` is one.
    """
    if folder.is_file():
        return folder
    path = folder / (_DEFAULT_CSV if csv is None else csv)
    if csv is not None and not path.is_file():
        raise DataError(
            f"There is no CSV file {path}: give its name inside the data "
            "folder."
        )
    return path if path.is_file() else None


def _existing(
    rows: list[LabelledPath], folder: Path, problems: dict[str, list[str]]
) -> list[LabelledPath]:
    """Drops rows whose file is missing."""
    found = []
    for row in rows:
        # Lists written on Windows have backslashes.
        for path in (row.path, row.path.replace("\\", "/")):
            if (folder / path).is_file():
                found.append(dataclasses.replace(row, path=path))
                break
        else:
            problems["missing"].append(row.path)
    if not found:
        raise DataError(
            f"None of the {len(rows)} images listed is in {folder}, first "
            f"{rows[0].path}: paths start from the folder of the CSV file."
        )
    return found


def _supported(
    rows: list[LabelledPath], problems: dict[str, list[str]]
) -> list[LabelledPath]:
    """Drops rows whose file has a format that is not read."""
    other = [row for row in rows if row.path.lower().endswith(_UNSUPPORTED)]
    problems["unsupported"] += [_text(row.path) for row in other]
    return [row for row in rows if row not in other] if other else rows


def _scan(
    folder: Path, problems: dict[str, list[str]]
) -> tuple[list[LabelledPath], bool]:
    """Lists the images of class folders, or of parts with class folders."""
    try:
        found = entries(folder)
    except OSError as error:
        raise DataError(
            f"Could not read the folder {folder} ({error.strerror}): give the "
            "folder of the images with --data_dir."
        ) from error
    problems["stray"] += [_text(p.name) for p in found if p.is_file()]
    roots = class_roots(folder)
    rows = []
    for part, name in roots.items():
        for path in filter(Path.is_dir, entries(part)):
            label = _text(path.name)
            images = list(_images(folder, path, problems))
            rows += [LabelledPath(i, (label,), name, 0) for i in images]
            if not images:
                problems["empty"].append(label)
    return rows, folder not in roots


def class_roots(folder: Path) -> dict[Path, str]:
    """Returns the folders that hold class folders, and the part of each.

    These are `train`, `test` and the like if there is nothing else; otherwise
    `folder` itself, which is the database.
    """
    parts = {
        path: PART_NAMES.get(path.name.lower(), "")
        for path in entries(folder)
        if path.is_dir()
    }
    if parts and all(n and _only_folders(p) for p, n in parts.items()):
        return parts
    return {folder: "database"}


def _only_folders(path: Path) -> bool:
    found = entries(path)
    return bool(found) and all(p.is_dir() for p in found)


def _images(
    folder: Path, of_class: Path, problems: dict[str, list[str]]
) -> Iterator[str]:
    """Yields the images of one class at any depth, relative to `folder`."""
    for path in files_below(folder, of_class):
        if path.lower().endswith(SUFFIXES):
            yield path
        else:
            other = path.lower().endswith(_UNSUPPORTED)
            kind = "unsupported" if other else "stray"
            problems[kind].append(_text(path))


def _text(name: str) -> str:
    """Escapes the bytes of a file name that are not UTF-8."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _assemble(
    rows: list[LabelledPath],
    has_parts: bool,
    folder: Path,
    problems: dict[str, list[str]],
) -> ImageDataset:
    multi_label = any(len(row.labels) > 1 for row in rows)
    if not multi_label:
        unlabelled = [_text(row.path) for row in rows if not row.labels]
        problems["unlabelled"] += unlabelled
        rows = [row for row in rows if row.labels]
    names = sorted({label for row in rows for label in row.labels})
    if len(names) < 2:
        raise DataError(
            f"{folder} has images of {len(names)} class"
            f"{f' ({names[0]})' if names else 'es'}, but hashing learns from "
            "at least two: add a subfolder, or label, for another class."
        )
    number = {name: c for c, name in enumerate(names)}
    labels = np.zeros([len(rows), len(names)], np.uint8)
    for i, row in enumerate(rows):
        labels[i, [number[label] for label in row.labels]] = 1
    problems["single_image"] += [
        names[c] for c in np.flatnonzero(labels.sum(axis=0, dtype=int) == 1)
    ]
    return ImageDataset(
        "image_folder",
        labels if multi_label else labels.argmax(axis=1),
        np.array([_text(row.path) for row in rows]),
        names,
        FileSource(folder, [row.path for row in rows]),
        np.array([row.part for row in rows]) if has_parts else None,
        {kind: found for kind, found in problems.items() if found},
    )
