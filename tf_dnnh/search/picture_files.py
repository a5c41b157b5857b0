"""Finds the pictures to index: a folder, or a CSV file of paths and labels."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tf_dnnh.data.files_below import files_below
from tf_dnnh.data.image_folder import SUFFIXES, class_roots, csv_path
from tf_dnnh.data.labels_csv import read_labels_csv
from tf_dnnh.search.pending_update import FoundPicture
from tf_dnnh.search.picture import SEPARATOR, text_of
from tf_dnnh.search.search_error import SearchError

Problems = list[tuple[str, str]]


class Listing(NamedTuple):
    """Pictures, found one by one, and the folder that their paths start from.

    `problems` receives path and reason of files that cannot be read.
    """

    folder: Path
    found: Iterator[FoundPicture]
    problems: Problems


def find_pictures(images: Path) -> Listing:
    """Finds pictures as `image_folder` finds those to train on.

    Args:
        images: a folder, whose subfolders, if any, are labels; pictures
            directly in it have none. Or a CSV file of `path,label`; or a
            folder that contains one called `labels.csv`.

    Raises:
        SearchError: if there are no pictures.
        DataError: if the CSV file is faulty.
    """
    images = Path(os.path.abspath(images.expanduser()))
    if not images.exists():
        raise SearchError(
            f"There is no {images}: give the folder of the pictures, or a CSV "
            "file of path,label, with --images."
        )
    problems: Problems = []
    listing = csv_path(images, None)
    folder = images if listing is None else listing.parent
    named = _in_folder(folder) if listing is None else _listed(listing)
    found = _found(folder, named, problems)
    first = next(found, None)
    if first is None:
        raise SearchError(
            f"Found no pictures in {images}: expected "
            f"{', '.join(SUFFIXES)} files, in subfolders or not, or a CSV "
            "file of rows path,label."
        )
    return Listing(folder, _chain(first, found), problems)


def _chain(
    first: FoundPicture, rest: Iterator[FoundPicture]
) -> Iterator[FoundPicture]:
    yield first
    yield from rest


def _in_folder(folder: Path) -> Iterator[tuple[str, str | None]]:
    roots = [
        "" if root == folder else f"{root.relative_to(folder).as_posix()}/"
        for root in class_roots(folder)
    ]
    for path in files_below(folder, folder):
        if path.lower().endswith(SUFFIXES):
            start = next((r for r in roots if path.startswith(r)), "")
            label, slash, _ = path.removeprefix(start).partition("/")
            yield path, text_of(label) if slash else None


def _listed(listing: Path) -> Iterator[tuple[str, str | None]]:
    rows, _ = read_labels_csv(listing)
    for row in rows:
        path = row.path
        if not (listing.parent / path).is_file():
            # Lists written on Windows have backslashes.
            path = path.replace("\\", "/")
        yield path, SEPARATOR.join(row.labels) or None


def _found(
    folder: Path,
    named: Iterator[tuple[str, str | None]],
    problems: Problems,
) -> Iterator[FoundPicture]:
    for path, label in named:
        try:
            state = os.stat(folder / path)
        except OSError as error:
            problems.append((path, error.strerror or "cannot be read"))
            continue
        if not stat.S_ISREG(state.st_mode):
            # Reading a pipe would wait forever.
            problems.append((path, "not a regular file"))
            continue
        yield FoundPicture(path, label, state.st_size, state.st_mtime_ns)


def found_file(path: Path, key: str, label: str | None) -> FoundPicture:
    """Describes one file, whose path is stored as `key`.

    Raises:
        SearchError: if there is no such file.
    """
    found = next(_found(Path(), iter([(str(path), label)]), []), None)
    if found is None:
        raise SearchError(
            f"There is no picture {text_of(path)}: give paths of picture files."
        )
    return found._replace(path=key)
