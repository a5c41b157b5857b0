"""Finds the image files that NUS-WIDE's lists name, in any folder."""

import collections
import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from tf_dnnh.data.files_below import files_below

# Folders above the categories, in known copies.
_IMAGE_FOLDERS = {"imagedata", "flickr", "images", "image"}
# Flickr's photo number: 0001_2124494179.jpg in the official list,
# 27863_2124494179_90ee058136_m.jpg in copies with all images in one folder.
_PHOTO_NUMBER = re.compile(r"\d+_(\d{5,})[_.]")


def plain_name(name: str) -> str:
    r"""Returns the part of a listed name that all copies share, with slashes.

    Example:
        >>> plain_name("C:\\ImageData\\Flickr\\actor\\0001_2124494179.jpg")
        'actor/0001_2124494179.jpg'
    """
    parts = [
        p for p in name.replace("\\", "/").split("/") if p not in ("", ".")
    ]
    if parts[0].endswith(":"):
        parts = parts[1:]
    above = [i for i, p in enumerate(parts[:-1]) if p.lower() in _IMAGE_FOLDERS]
    return "/".join(parts[above[-1] + 1 :] if above else parts)


def locate(folder: Path, names: Sequence[str]) -> list[str | None]:
    """Finds the files of images below a folder; returns paths from it, or None.

    `names` are as returned by `plain_name`.

    An image is looked up by its name and the folders above it; failing that,
    by its name outside the folders of categories; and last by its photo
    number. An image that matches several files, or a file that several images
    match, counts as not found.
    """
    files = _Files(folder, names)
    found = [files.find(name) for name in names]
    owners = collections.Counter(found)
    return [path if owners[path] == 1 else None for path in found]


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

    def find(self, name: str) -> str | None:
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
        if not best:
            best = self._by_number.get(_photo_number(name), [])
        return best[0] if len(best) == 1 else None

    def _in_category(self, path: str) -> bool:
        return PurePosixPath(path).parent.name in self._categories - {""}


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
