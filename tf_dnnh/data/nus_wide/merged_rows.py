"""Joins the rows that several list files have about the same images."""

import dataclasses
from collections.abc import Iterable

import numpy as np

from tf_dnnh.data.data_error import DataError

# Of the images listed several times, the share whose labels may differ. More
# of them mean that the files are not from one copy.
_CONTRADICTORY = 0.01


@dataclasses.dataclass
class Row:
    """A path as listed, labels as a text of 0 and 1, place and parts."""

    name: str
    labels: str
    where: str
    parts: Iterable[str]


@dataclasses.dataclass
class _Image:
    labels: str
    where: str
    parts: set[str]
    files: set[str]


class MergedRows:
    """Every image once, in the order of first mention, with its first labels.

    Attributes:
        rows: the images, by name.
    """

    def __init__(self) -> None:
        self.rows: dict[str, _Image] = {}
        self._repeated: list[str] = []
        self._several: set[str] = set()
        self._conflicts: dict[str, str] = {}

    def add(self, name: str, row: Row) -> None:
        """Adds a row about the image of this name.

        Raises:
            DataError: if it has another number of labels than the first row.
        """
        file = row.where.split(", line")[0]
        first = next(iter(self.rows.values()), None)
        if first and len(row.labels) != len(first.labels):
            raise DataError(
                f"{row.where}: expected {len(first.labels)} labels as in "
                f"{first.where}, found {len(row.labels)}: take all lists from "
                "the same copy."
            )
        image = self.rows.setdefault(
            name, _Image(row.labels, row.where, set(), set())
        )
        if file in image.files:
            self._repeated.append(f"{name} ({row.where})")
        if image.files:
            self._several.add(name)
        if image.labels != row.labels:
            self._conflicts.setdefault(
                name, f"{row.where}: {name} has other labels in {image.where}"
            )
        image.files.add(file)
        image.parts |= set(row.parts)

    def finish(self) -> tuple[np.ndarray, np.ndarray, dict[str, list[str]]]:
        """Returns labels uint8 [images, concepts], parts [images], problems.

        Raises:
            DataError: if many images have contradictory labels.
        """
        conflicts = list(self._conflicts.values())
        if len(conflicts) > max(1, _CONTRADICTORY * len(self._several)):
            raise DataError(
                f"{conflicts[0]}, and so have {len(conflicts) - 1:,} other "
                f"images of {len(self._several):,} that are listed several "
                "times: take all lists from the same copy."
            )
        images = self.rows.values()
        text = "".join(image.labels for image in images)
        labels = np.frombuffer(text.encode(), np.uint8) - ord("0")
        partition = ["+".join(sorted(image.parts)) for image in images]
        problems = {"repeated": self._repeated, "conflicting": conflicts}
        return (
            labels.reshape(len(self.rows), -1),
            np.array(partition),
            problems,
        )
