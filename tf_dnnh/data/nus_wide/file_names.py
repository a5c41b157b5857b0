"""What the names of label files say, without reading any."""

import os
import re
from pathlib import Path

from tf_dnnh.data.data_error import DataError

# Words in the name of a list file, and the part that it lists.
_PARTS = {
    "train": "training",
    "training": "training",
    "test": "queries",
    "query": "queries",
    "queries": "queries",
    "database": "database",
    "retrieval": "database",
    "gallery": "database",
    "db": "database",
    "val": "validation",
    "validation": "validation",
}
_ALL = {"queries", "database", "training"}
_IMAGES = {"img", "imgs", "image", "images"}
_LABELS = ("label", "labels", "target", "targets")
# Files of the official copy that hold no rows `path 0 1 0 ...`.
_OFFICIAL = re.compile(
    r"((train|test)?_?image_?list|(train_?|test_?|all_?)?tags.*|alllabels81"
    r"|labels_.*|concepts?.*|readme.*)$"
)


def words(stem: str) -> list[str]:
    """Splits a file's stem into words, without the numbers after them.

    Example:
        >>> words("NUS-WIDE_test3")
        ['nus', 'wide', 'test']
    """
    found = re.split(r"[^a-z0-9]+", stem.lower())
    return [word.rstrip("0123456789") or word for word in found if word]


def parts_of(stem: str) -> set[str]:
    """Returns the parts that a list file's name says.

    Example:
        >>> parts_of("database_img"), parts_of("NUS-WIDE_test3")
        ({'database'}, {'queries'})
    """
    return {_PARTS[word] for word in words(stem) if word in _PARTS}


def is_official(stem: str) -> bool:
    """Returns whether a text file belongs to the official copy, or explains."""
    return _OFFICIAL.match(stem.lower()) is not None


def lists_images(stem: str) -> bool:
    """Returns whether a name says that the file lists images without labels.

    Example:
        >>> lists_images("database_img"), lists_images("img_tc10")
        (True, True)
    """
    return bool(_IMAGES & set(words(stem)))


def lists_labels(stem: str) -> bool:
    """Returns whether a name says that the file holds labels without images."""
    return bool(set(_LABELS) & set(words(stem))) or "onehot" in stem.lower()


def label_stems(image_stem: str) -> list[str]:
    """Returns the stems of the label files that go with a list of images.

    Example:
        >>> label_stems("img_tc10")[0]
        'label_onehot_tc10'
    """
    pieces = image_stem.lower().split("_")
    at = next(i for i, piece in enumerate(pieces) if piece in _IMAGES)
    return [
        "_".join([*pieces[:at], label, *middle, *pieces[at + 1 :]])
        for middle in (["onehot"], [])
        for label in _LABELS
    ]


def text_files(folder: Path) -> list[Path]:
    """Returns the text files directly in a folder, by name."""
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        names = [
            entry.name
            for entry in entries
            if entry.name.lower().endswith(".txt")
            and not entry.name.startswith(".")
        ]
    return [folder / name for name in sorted(names)]


def named_lists(folder: Path) -> list[Path]:
    """Returns the text files in a folder whose names say a part."""
    return [
        path
        for path in text_files(folder)
        if parts_of(path.stem) and not is_official(path.stem)
    ]


def list_folder(folder: Path) -> Path:
    """Finds the folder of the list files: this one, or one in it.

    Raises:
        DataError: if several folders in it have list files.
    """
    if not folder.is_dir() or named_lists(folder):
        return folder
    with os.scandir(folder) as entries:
        below = sorted(entry.name for entry in entries if entry.is_dir())
    found = [name for name in below if named_lists(folder / name)]
    if len(found) > 1:
        raise DataError(
            f"{folder} has list files in {' and in '.join(found)}: move one of "
            "the folders away, or give one with --data_dir and the folder of "
            "the images with --override=image_dir=DIR."
        )
    return folder / found[0] if found else folder


def default_protocol(data_dir: str | os.PathLike | None) -> str:
    """Returns the protocol of a copy: `lists` if it names its own parts.

    It does if list files name queries, database and training images, and
    there are no official lists, which are read first.
    """
    folder = Path(data_dir or ".").expanduser()
    if data_dir is None or not folder.is_dir() or _has_official_lists(folder):
        return "lai2015"
    lists = named_lists(list_folder(folder))
    named = {part for path in lists for part in parts_of(path.stem)}
    return "lists" if named >= _ALL else "lai2015"


def _has_official_lists(folder: Path) -> bool:
    below = [folder, *(path for path in folder.iterdir() if path.is_dir())]
    names = {name.lower() for one in below for name in os.listdir(one)}
    return bool(names & {"imagelist", "imagelist.txt"})
