"""Finds the image files that NUS-WIDE's lists name, in any folder."""

import collections
import re
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from tf_dnnh.data.files_below import files_below

# Folders above the categories, in known copies.
_IMAGE_FOLDERS = {"imagedata", "flickr", "images", "image"}
# Flickr's photo number: 0001_2124494179.jpg in the official list,
# 27863_2124494179_90ee058136_m.jpg in copies with all images in one folder,
# 2124494179.jpg in others.
_PHOTO_NUMBER = re.compile(r"(?:\d+_)?(\d{5,})[_.]")
# Files of two copies that are compared by size.
_COMPARED = 100


class Found(NamedTuple):
    """Where images are.

    Attributes:
        paths: a path per image, None where there is none.
        same: by number, the images whose file another one has, too, and the
            number of that one, the first with this file.
        folders: where there are several copies of images, the folders of all
            copies, the chosen one first.
    """

    paths: list[str | None]
    same: dict[int, int]
    folders: list[str]


def plain_name(name: str) -> str:
    r"""Returns the part of a listed name that all copies share, with slashes.

    Example:
        >>> plain_name("C:\\ImageData\\Flickr\\actor\\0001_2124494179.jpg")
        'actor/0001_2124494179.jpg'
    """
    parts = [
        p for p in name.replace("\\", "/").split("/") if p not in ("", ".")
    ]
    if parts and parts[0].endswith(":"):
        parts = parts[1:]
    above = [i for i, p in enumerate(parts[:-1]) if p.lower() in _IMAGE_FOLDERS]
    return "/".join(parts[above[-1] + 1 :] if above else parts)


def plain_names(names: Iterable[str]) -> list[str]:
    """Returns plain names without the folders that all of them are in.

    The official lists have categories and therefore need `plain_name` alone.

    Example:
        >>> plain_names(["../data/nus/1.jpg", "../data/nus/2.jpg"])
        ['1.jpg', '2.jpg']
    """
    parts = [plain_name(name).split("/") for name in names]
    folders = {tuple(one[:-1]) for one in parts}
    shared = min(map(len, folders), default=0)
    while len({one[:shared] for one in folders}) > 1:
        shared -= 1
    return ["/".join(one[shared:]) for one in parts]


def locate(folder: Path, names: Sequence[str]) -> Found:
    """Finds the files of images below a folder; paths start from it.

    `names` are as returned by `plain_name`.

    An image is looked up by its name and the folders above it; failing that,
    by its name outside the folders of categories; and last by its photo
    number. Where several files match, the one in a folder called `Flickr`
    is taken, or else in the folder of the larger files.
    """
    files = _Files(folder, names)
    candidates = [files.find(name) for name in names]
    folders = _ranked(folder, names, candidates)
    rank = {name: i for i, name in enumerate(folders)}
    paths = [
        min(some, key=lambda path: (rank.get(_above(path, name), 0), path))
        if some
        else None
        for name, some in zip(names, candidates, strict=True)
    ]
    return Found(*_owners(paths, names), folders)


def _owners(
    paths: list[str | None], names: Sequence[str]
) -> tuple[list[str | None], dict[int, int]]:
    """Gives every file to the first image that it matches.

    The others are the same photograph under another name, if a photo number
    says so; without one, nobody knows whose file it is.
    """
    owners = collections.Counter(paths)
    first: dict[str, int] = {}
    own: list[str | None] = []
    same: dict[int, int] = {}
    for i, (path, name) in enumerate(zip(paths, names, strict=True)):
        shared = path is not None and owners[path] > 1
        if shared and _photo_number(name) is None:
            path = None
        own.append(path)
        if path is not None and first.setdefault(path, i) != i:
            same[i] = first[path]
    return own, same


class _Files:
    """The files below a folder, by lower-case name and by photo number."""

    def __init__(self, folder: Path, names: Sequence[str]):
        self._categories = {PurePosixPath(name).parent.name for name in names}
        self._by_name = collections.defaultdict(list)
        self._by_number = collections.defaultdict(list)
        wanted = {name.rsplit("/", 1)[-1].lower() for name in names}
        numbers = {_photo_number(name) for name in names} - {None}
        for path in files_below(folder, folder):
            name = path.rsplit("/", 1)[-1].lower()
            number = _photo_number(name)
            if name in wanted:
                self._by_name[name].append(path)
            if number in numbers:
                self._by_number[number].append(path)

    def find(self, name: str) -> list[str]:
        """Returns all files that match an image equally well."""
        parts = name.split("/")
        candidates = self._by_name.get(parts[-1].lower(), [])
        common = [_common_end(path.split("/"), parts) for path in candidates]
        longest = max(common, default=0)
        best = [
            path
            for path, length in zip(candidates, common, strict=True)
            if length == longest
        ]
        if longest == 1 and len(parts) > 1:
            # An image of another category may have the same name.
            best = [p for p in best if not self._in_category(p)]
        return best or self._by_number.get(_photo_number(name), [])

    def _in_category(self, path: str) -> bool:
        return PurePosixPath(path).parent.name in self._categories - {""}


def _ranked(
    folder: Path, names: Sequence[str], candidates: Sequence[list[str]]
) -> list[str]:
    """Returns the folders that have files of the same images, best first."""
    sizes: dict[str, list[int]] = collections.defaultdict(list)
    for name, some in zip(names, candidates, strict=True):
        for path in some if len({_above(p, name) for p in some}) > 1 else ():
            own = sizes[_above(path, name)]
            if len(own) < _COMPARED:
                own.append((folder / path).stat().st_size)
    return sorted(
        sizes,
        key=lambda above: (
            PurePosixPath(above).name.lower() != "flickr",
            -sum(sizes[above]) / len(sizes[above]),
            above,
        ),
    )


def _above(path: str, name: str) -> str:
    """Returns the folders of a path above those that the name has, too."""
    parts = path.split("/")
    common = _common_end(parts, name.split("/"))
    return "/".join(parts[: -max(common, 1)])


def _photo_number(name: str) -> str | None:
    match = _PHOTO_NUMBER.match(name.rsplit("/", 1)[-1])
    return match.group(1) if match else None


def _common_end(path: list[str], name: list[str]) -> int:
    """Counts the components, from the end, in which two paths agree."""
    count = 0
    for a, b in zip(reversed(path), reversed(name), strict=False):
        if a.lower() != b.lower():
            break
        count += 1
    return count
