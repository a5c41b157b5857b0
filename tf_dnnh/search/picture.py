"""What a collection knows about a picture, and what a search returns."""

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np


SEPARATOR = ";"


@dataclasses.dataclass(frozen=True)
class Picture:
    """One picture of a collection.

    Attributes:
        id: whole number that stays the same as long as the picture exists.
        name: text to show: its path, with bytes that are not UTF-8 escaped.
        path: its file; None for a picture of a data set without files.
        label: its label, several joined by `;`; None without one.
        code: packed code, uint8 [bytes].
        bytes: size of the file; None without one.
        mtime: time of the last change, seconds since 1970; None without one.
    """

    id: int
    name: str
    path: Path | None
    label: str | None
    code: "np.ndarray"
    bytes: int | None = None
    mtime: float | None = None

    @property
    def shown_path(self) -> str:
        """Its path as text, or its name if it has no file."""
        return self.name if self.path is None else text_of(self.path)


@dataclasses.dataclass(frozen=True)
class Match:
    """One result of a search: a picture and its Hamming distance."""

    id: int
    name: str
    path: Path | None
    label: str | None
    distance: int
    code: "np.ndarray"

    @property
    def shown_path(self) -> str:
        """Its path as text, or its name if it has no file."""
        return self.name if self.path is None else text_of(self.path)


class Encoded(NamedTuple):
    """Codes of n pictures.

    Attributes:
        codes: packed, uint8 [n, bytes].
        relaxed: float32 [n, bits] in [0, 1].
    """

    codes: "np.ndarray"
    relaxed: "np.ndarray"


def text_of(path: str | bytes | os.PathLike) -> str:
    r"""Returns a path as text; bytes that are not UTF-8 are escaped.

    Example:
        >>> text_of(b"caf\xe9.jpg")
        'caf\\xe9.jpg'
    """
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def labels_of(label: str | None) -> list[str]:
    """Splits the label of a picture into single labels.

    Example:
        >>> labels_of("beach;sunset"), labels_of(None)
        (['beach', 'sunset'], [])
    """
    return label.split(SEPARATOR) if label else []
