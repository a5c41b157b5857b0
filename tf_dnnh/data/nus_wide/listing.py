"""What the label files of NUS-WIDE say, before any image is looked at."""

import dataclasses
from typing import Any

import numpy as np


@dataclasses.dataclass
class Listing:
    """The rows of the label files.

    Attributes:
        names: one image name a row, unique, as `plain_name` makes them.
        labels: uint8 [rows, concepts], 0 or 1.
        concepts: the columns' names.
        partition: str [rows], the part a row was listed in; empty if none.
        problems: what was found wrong, as in `ImageDataset`.
        notes: what splits and reports should say of it.
    """

    names: list[str]
    labels: np.ndarray
    concepts: list[str]
    partition: np.ndarray
    problems: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    notes: dict[str, Any] = dataclasses.field(default_factory=dict)

    def select(self, rows: np.ndarray) -> "Listing":
        """Returns the listing of some rows, int [n] or bool [rows]."""
        indices = np.arange(len(self.names))[rows]
        return dataclasses.replace(
            self,
            names=[self.names[i] for i in indices],
            labels=self.labels[indices],
            partition=self.partition[indices],
        )
