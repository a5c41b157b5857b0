"""Loads NUS-WIDE from the user's own copy: `--dataset=nuswide`."""

import itertools
import os
from pathlib import Path

import numpy as np

from tf_dnnh.data.checked_files import readable
from tf_dnnh.data.data_error import DataError
from tf_dnnh.data.file_source import FileSource
from tf_dnnh.data.image_dataset import ImageDataset
from tf_dnnh.data.nus_wide.concepts import CONCEPTS_21
from tf_dnnh.data.nus_wide.image_files import locate
from tf_dnnh.data.nus_wide.layout import Listing, expected_tree
from tf_dnnh.data.nus_wide.list_files import list_files, read_list_files
from tf_dnnh.data.nus_wide.official import official_root, read_official

# The choices of `label_files`, and their names in errors.
LABEL_FILES = {"auto": "", "official": "official ", "lists": "list "}


def load_nus_wide(
    data_dir: str | os.PathLike | None,
    concepts: int | None = 21,
    label_files: str = "auto",
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
    listing = _choose_concepts(_read(folder, concepts, label_files), concepts)
    listing, found = _find_images(folder, listing)
    if check:
        good, unreadable = readable(folder, found, listing.names)
        listing.problems["unreadable"] = unreadable
        listing = listing.select(good)
        found = list(itertools.compress(found, good))
    return ImageDataset(
        "nuswide",
        listing.labels,
        np.array(listing.names),
        listing.concepts,
        FileSource(folder, found),
        listing.partition if listing.partition.astype(bool).any() else None,
        {kind: names for kind, names in listing.problems.items() if names},
        listing.notes,
    )


def _read(folder: Path, concepts: int | None, label_files: str) -> Listing:
    """Reads the label files that exist."""
    root = official_root(folder) if label_files != "lists" else None
    if root is not None:
        wanted = list(CONCEPTS_21) if concepts == 21 else None
        return read_official(root, wanted)
    if label_files != "official" and list_files(folder):
        return read_list_files(folder)
    raise DataError(
        f"Found no {LABEL_FILES[label_files]}label files of NUS-WIDE in "
        f"{folder}; the expected layout is shown below.",
        expected_tree(folder),
    )


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
    from_more = listing.notes["label_files"] == "official" or len(names) > 21
    if concepts == 21 and from_more:
        inside = np.any(listing.labels > 0, axis=1)
        listing.notes["rows_without_the_21_concepts"] = int((~inside).sum())
        listing = listing.select(inside)
    return listing


def _find_images(folder: Path, listing: Listing) -> tuple[Listing, list[str]]:
    """Returns the rows whose images exist, and the images' paths."""
    paths = locate(folder, listing.names)
    listing.notes["rows"] = len(paths)
    there = np.array([path is not None for path in paths], bool)
    missing = list(itertools.compress(listing.names, ~there))
    listing.problems["missing"] = missing
    if not there.any():
        first = missing[0] if missing else "none listed"
        raise DataError(
            f"None of the {len(paths):,} images listed is in {folder} (first "
            f"{first}); the expected layout is shown below.",
            expected_tree(folder),
        )
    return listing.select(there), [path for path in paths if path is not None]
