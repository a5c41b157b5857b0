"""The content of NUS-WIDE's label files, whether images exist or not."""

import dataclasses
from typing import Any

import numpy as np


@dataclasses.dataclass
class Listing:
    """The rows of the label files.

    Attributes:
        names: one image name per row, unique, as `plain_name` makes them.
        labels: uint8 [rows, concepts], 0 or 1.
        concepts: names of the columns.
        partition: str [rows], the part that lists a row; empty if none.
        problems: as in `ImageDataset`.
        notes: as in `ImageDataset`.
    """

    names: list[str]
    labels: np.ndarray
    concepts: list[str]
    partition: np.ndarray
    problems: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    notes: dict[str, Any] = dataclasses.field(default_factory=dict)

    def select(self, rows: np.ndarray) -> "Listing":
        """Returns some rows, int [n] or bool [rows], as a listing."""
        indices = np.arange(len(self.names))[rows]
        return dataclasses.replace(
            self,
            names=[self.names[i] for i in indices],
            labels=self.labels[indices],
            partition=self.partition[indices],
        )
