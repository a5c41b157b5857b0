"""Reads the list files that come with hashing papers: `path 0 1 0 ...`.

Some copies have two files instead, with the paths and the labels.
"""

import collections
import re
from collections.abc import Iterator
from pathlib import Path

from tf_dnnh.data.data_error import DataError
from tf_dnnh.data.nus_wide import file_names
from tf_dnnh.data.nus_wide.columns import columns
from tf_dnnh.data.nus_wide.concepts import CONCEPTS_21
from tf_dnnh.data.nus_wide.image_files import plain_names
from tf_dnnh.data.nus_wide.layout import Listing, find
from tf_dnnh.data.nus_wide.merged_rows import MergedRows, Row
from tf_dnnh.data.nus_wide.text_rows import read_rows

# Lines of a file without a part in its name that decide whether it is a list.
_LOOKED_AT = 50
_LABELS = re.compile(r"(?:\s+[01])+$")
_NUMBER = re.compile(r"[-+]?\d+(\.\d*)?$")


def list_files(folder: Path) -> list[Path]:
    """Finds the list files directly in a folder.

    They are the files whose names say a part, or else those that look like
    lists. Of two files for paths and labels, it is the one with the paths.
    """
    found = file_names.named_lists(folder) or _lists_without_parts(folder)
    lists = [path for path in found if not file_names.lists_labels(path.stem)]
    for path in found:
        if path not in lists and not lists:
            raise DataError(
                f"{path} holds labels, but no file lists their images: add the "
                f"list, called {_image_name(path)}."
            )
    return lists


def read_list_files(folder: Path) -> Listing:
    """Reads all list files of a folder.

    Every image appears once, in the order of first mention; the parts that
    list it are joined by `+`.

    Raises:
        DataError: if a list file cannot be read completely; it is named with
            the line.
    """
    rows: list[Row] = []
    files: dict[str, int] = {}
    for path in list_files(folder):
        parts = file_names.parts_of(path.stem)
        label_file = _label_file(path)
        if label_file is None:
            own = list(_read_list(path, parts))
        else:
            own = list(_read_pair(path, label_file, parts))
            files[label_file.name] = len(own)
        files[path.name] = len(own)
        rows += own
    merged = MergedRows()
    names = plain_names([row.name for row in rows])
    for name, row in zip(names, rows, strict=True):
        merged.add(name, row)
    labels, partition, problems = merged.finish()
    concepts, rule = columns(folder, labels)
    return Listing(
        list(merged.rows),
        labels,
        concepts,
        partition,
        problems,
        {"columns": rule} | _not_read(folder, files),
        files=files,
        more_concepts=len(concepts) > len(CONCEPTS_21),
    )


def _not_read(folder: Path, files: dict[str, int]) -> dict[str, str]:
    """Names the lists without parts, which others with parts make redundant."""
    names = [path.name for path in _lists_without_parts(folder)]
    unread = ", ".join(name for name in names if name not in files)
    return {"not_read": unread} if unread else {}


def _lists_without_parts(folder: Path) -> list[Path]:
    return [
        path
        for path in file_names.text_files(folder)
        if not file_names.is_official(path.stem)
        and not file_names.parts_of(path.stem)
        and _looks_like_list(path)
    ]


def _image_name(labels: Path) -> str:
    """Returns the name of the list of images that goes with a label file."""
    return re.sub(r"(labels?|targets?)(_onehot)?", "img", labels.name)


def _label_file(path: Path) -> Path | None:
    """Finds the file with the labels of a list of images, if it needs one."""
    if not file_names.lists_images(path.stem) or _has_labels(path):
        return None
    stems = file_names.label_stems(path.stem)
    for stem in stems:
        found = find(path.parent, f"{stem}.txt")
        if found is not None:
            return found
    raise DataError(
        f"{path} lists images without labels, and {path.parent} lacks "
        f"{stems[0]}.txt: add it, with a row of 0 and 1 per image."
    )


def _looks_like_list(path: Path) -> bool:
    if file_names.lists_labels(path.stem):
        return False
    if file_names.lists_images(path.stem):
        stems = file_names.label_stems(path.stem)
        return _has_labels(path) or any(
            find(path.parent, f"{stem}.txt") for stem in stems
        )
    return _has_labels(path)


def _has_labels(path: Path) -> bool:
    """Returns whether a line near the beginning is a path with labels."""
    with path.open("rb") as file:
        lines = [file.readline(65_536) for _ in range(_LOOKED_AT)]
    return any(
        len(words := line.split()) > 2 and set(words[-2:]) <= {b"0", b"1"}
        for line in lines
    )


def _read_list(path: Path, parts: set[str]) -> Iterator[Row]:
    """Reads rows of a path and labels."""
    rows = [(number, text, *_split(text)) for number, text in _filled(path)]
    widths = collections.Counter(len(labels) for *_, labels in rows)
    ((width, _),) = widths.most_common(1)
    for number, text, name, labels in rows:
        where = f"{path.name}, line {number}"
        if len(labels) != width or width < 2 or not _is_path(name):
            raise DataError(_complaint(f"{path}, line {number}", text, width))
        yield Row(name, labels, where, parts)


def _read_pair(path: Path, labels: Path, parts: set[str]) -> Iterator[Row]:
    """Reads paths from one file and labels from another."""
    names, values = _filled(path), _filled(labels)
    if len(names) != len(values):
        raise DataError(
            f"{path} has {len(names):,} rows, but {labels.name} "
            f"{len(values):,}: take both from the same copy."
        )
    width = len(values[0][1].split())
    for (number, name), (line, text) in zip(names, values, strict=True):
        own = text.split()
        if len(own) != width or width < 2 or not set(own) <= {"0", "1"}:
            raise DataError(
                f"{labels}, line {line}: expected {max(width, 2)} labels, each "
                f"0 or 1, found {_shortened(text)}: take the file whose rows "
                "are 0 and 1, often called *_onehot.txt."
            )
        where = f"{path.name}, line {number}"
        yield Row(name, "".join(own), where, parts)


def _filled(path: Path) -> list[tuple[int, str]]:
    rows = read_rows(path)
    if not rows:
        raise DataError(f"{path} has no rows: copy it again, or delete it.")
    return rows


def _split(text: str) -> tuple[str, str]:
    """Splits a row into the path, which may contain spaces, and the labels."""
    name, *labels = text.split()
    if set(labels) <= {"0", "1"}:
        return name, "".join(labels)
    match = _LABELS.search(text)
    if match is None:
        return text, ""
    return text[: match.start()].rstrip(), "".join(match.group().split())


def _is_path(name: str) -> bool:
    """Returns whether a name is no label, and does not end with one."""
    first, *others = name.split()
    return first not in ("0", "1") and not (
        others and _NUMBER.match(others[-1])
    )


def _complaint(where: str, text: str, width: int) -> str:
    """Says what is wrong with a row, and what to do."""
    words = text.split()
    odd = [word for word in words[1:] if word not in ("0", "1")]
    wanted = f"a path and {width} labels" if width > 1 else "a path and labels"
    expected = f"{where}: expected {wanted}, each 0 or 1, separated by spaces"
    if words[0] in ("0", "1"):
        return (
            f"{where}: a row of labels has no path: put the path first, or the "
            "paths into another file, called *_img.txt."
        )
    if "," in text and not odd[1:]:
        return f"{expected}; found commas: replace them by spaces."
    if "-1" in odd:
        return f"{expected}; labels must be 0 or 1, found -1: replace it by 0."
    if numbers := [word for word in odd if _NUMBER.match(word)]:
        return (
            f"{expected}; labels must be 0 or 1, found {numbers[0]}: write it "
            "as 0 or 1."
        )
    return f"{expected}; found {_shortened(text)}: correct the row."


def _shortened(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}...")
