"""Loads NUS-WIDE from the user's own copy: `--dataset=nuswide`."""

import itertools
import os
from pathlib import Path

import numpy as np

from tf_dnnh.data.checks.checked_files import readable
from tf_dnnh.data.data_error import DataError
from tf_dnnh.data.file_source import FileSource
from tf_dnnh.data.image_dataset import ImageDataset
from tf_dnnh.data.nus_wide import official
from tf_dnnh.data.nus_wide.concepts import CONCEPTS_21
from tf_dnnh.data.nus_wide.csv_file import csv_file, read_csv_file
from tf_dnnh.data.nus_wide.file_names import list_folder, named_lists
from tf_dnnh.data.nus_wide.image_files import locate
from tf_dnnh.data.nus_wide.layout import Listing, expected_tree
from tf_dnnh.data.nus_wide.list_files import list_files, read_list_files

# The choices of `label_files`, and their names in errors.
LABEL_FILES = {"auto": "", "official": "official ", "lists": "list "}


def load_nus_wide(
    data_dir: str | os.PathLike | None,
    concepts: int | None = 21,
    label_files: str = "auto",
    image_dir: str | os.PathLike | None = None,
    check: bool = True,
) -> ImageDataset:
    """Loads NUS-WIDE, in the official layout or from list files of papers.

    Args:
        data_dir: the folder, see `expected_tree`.
        concepts: 21 for the most frequent concepts and the images with at
            least one of them, as in hashing papers; 81 for all concepts and
            images; None for all concepts in the label files.
        label_files: `official`, `lists`, or `auto` for the official ones
            where there are any.
        image_dir: folder of the images, in `data_dir` or elsewhere. Default:
            they are looked for everywhere in `data_dir`.
        check: decode every image once now, except those that decoded before
            and have not changed since.

    Returns:
        The images that exist and decode; the others are in `problems`. `ids`
        are the names in the lists, such as `actor/0001_2124494179.jpg`.

    Raises:
        DataError: if files are missing or contradict each other.
    """
    if concepts not in (21, 81, None) or label_files not in LABEL_FILES:
        raise ValueError(
            "`concepts` must be 21, 81 or None, and `label_files` one of "
            f"{', '.join(LABEL_FILES)}. Received: concepts={concepts}, "
            f"label_files={label_files!r}"
        )
    if data_dir is None:
        raise DataError(
            "nuswide needs --data_dir: the folder of your own copy of "
            "NUS-WIDE, as shown below.",
            expected_tree("DIR"),
        )
    folder = Path(data_dir).expanduser()
    listing = _read(folder, concepts, label_files)
    remarks = _remarks_on_parts(listing, own=label_files == "lists")
    listing = _choose_concepts(listing, concepts)
    images = folder if image_dir is None else folder / Path(image_dir)
    if not images.is_dir():
        raise DataError(
            f"There is no folder {images}: give the folder of the images with "
            "--override=image_dir=DIR."
        )
    listing, found, remark = _find_images(images, listing)
    if check:
        good, unreadable = readable(images, found, listing.names)
        listing.problems["unreadable"] = unreadable
        listing = listing.select(good)
        found = list(itertools.compress(found, good))
    files = [f"{name} ({rows:,} rows)" for name, rows in listing.files.items()]
    return ImageDataset(
        "nuswide",
        listing.labels,
        np.array(listing.names),
        listing.concepts,
        FileSource(images, found),
        listing.partition if any(listing.partition) else None,
        {kind: names for kind, names in listing.problems.items() if names},
        {"label_files": ", ".join(files)} | listing.notes,
        listing.files,
        remarks + remark,
    )


def _read(folder: Path, concepts: int | None, label_files: str) -> Listing:
    """Reads the label files that exist, official ones first."""
    root = None if label_files == "lists" else official.official_root(folder)
    if root is not None and official.has_labels(root):
        wanted = list(CONCEPTS_21) if concepts == 21 else None
        listing = official.read_official(root, wanted)
        if unread := [path.name for path in named_lists(folder)]:
            listing.notes["not_read"] = ", ".join(unread)
        return listing
    if label_files != "official":
        lists = list_folder(folder)
        if list_files(lists):
            return read_list_files(lists)
        if (table := csv_file(folder)) is not None:
            return read_csv_file(table)
    if root is not None:
        return official.read_official(root, None)  # Says what is missing.
    if label_files != "lists":
        official.check_lists(folder)
    if any(folder.glob("nus_wide/*/*/dataset_info.json")):
        raise DataError(
            f"{folder} holds a copy that TensorFlow Datasets prepared, which "
            "is for your own programs: give the folder of label files and "
            "images that it was prepared from."
        )
    raise DataError(
        f"Found no {LABEL_FILES[label_files]}label files of NUS-WIDE in "
        f"{folder}; the expected layout is shown below.",
        expected_tree(folder),
    )


def _remarks_on_parts(listing: Listing, own: bool) -> list[str]:
    """Returns sentences on parts that the lists name, and what is made of it.

    `own` is set for the protocol that takes the lists' own parts.
    """
    named = {part for parts in listing.partition for part in parts.split("+")}
    if "queries" not in named or not {"database", "training"} & named:
        return []
    if not own:
        return [
            "the label files name their own queries and "
            f"{'database' if 'database' in named else 'training'} images, but "
            "this protocol draws others: --protocol=lists takes those of the "
            "files"
        ]
    if "database" not in named:
        return [
            "no list file names the database: it is all images of the lists "
            "but the queries; add database.txt to search others"
        ]
    return []


def _choose_concepts(listing: Listing, concepts: int | None) -> Listing:
    """Selects and orders the columns, and drops rows without any of the 21.

    Rows with only other concepts do not belong to NUS-WIDE-21. Lists of just
    these 21 concepts keep their unlabelled rows.
    """
    names = listing.concepts
    listing.notes["concepts"] = len(names)
    if concepts == 21:
        missing = [name for name in CONCEPTS_21 if name not in names]
        if missing:
            raise DataError(
                f"The label files lack the concept {missing[0]!r}, which is "
                "one of the 21 most frequent: choose the protocol `lists` to "
                "take the columns as they are."
            )
        columns = [names.index(name) for name in CONCEPTS_21]
        listing.labels = listing.labels[:, columns]
        listing.concepts = list(CONCEPTS_21)
        listing.notes["concepts"] = 21
    elif concepts == 81 and len(names) != 81:
        raise DataError(
            f"The label files have {len(names)} concepts, not 81: choose a "
            "protocol of the 21 most frequent concepts, or `lists`."
        )
    if concepts == 21 and listing.more_concepts:
        inside = np.any(listing.labels > 0, axis=1)
        listing.notes["rows_without_the_21_concepts"] = int((~inside).sum())
        listing = listing.select(inside)
    return listing


def _find_images(
    folder: Path, listing: Listing
) -> tuple[Listing, list[str], list[str]]:
    """Returns the rows whose images exist, the images' paths, and remarks."""
    paths, same, folders = locate(folder, listing.names)
    listing.notes["rows"] = len(paths)
    names, labels = listing.names, listing.labels
    for i, first in same.items():
        listing.problems.setdefault("repeated", []).append(
            f"{names[i]} (the file of {names[first]})"
        )
        if (labels[i] != labels[first]).any():
            listing.problems.setdefault("conflicting", []).append(
                f"{names[i]} has other labels than {names[first]}, whose file "
                "it has"
            )
    there = np.array([path is not None for path in paths], bool)
    missing = list(itertools.compress(names, ~there))
    listing.problems["missing"] = missing
    if not there.any():
        example = missing[0] if missing else "none listed"
        raise DataError(
            f"None of the {len(paths):,} images listed is in {folder} (first "
            f"{example}); the expected layout is shown below.",
            expected_tree(folder),
        )
    remarks = []
    if len(folders) > 1:
        chosen, *others = [name or "." for name in folders]
        listing.notes["image_dir"] = chosen
        remarks = [
            f"{folder} has several copies of the images: took {chosen}, not "
            f"{' or '.join(others)}; --override=image_dir=DIR takes another"
        ]
    there[list(same)] = False
    found = [path for path in itertools.compress(paths, there) if path]
    return listing.select(there), found, remarks
