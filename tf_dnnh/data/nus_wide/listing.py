"""The content of NUS-WIDE's label files, whether images exist or not."""

import dataclasses
from typing import Any

import numpy as np


@dataclasses.dataclass
class Listing:
    """The rows of the label files; problems and notes as in `ImageDataset`.

    Names are unique, as `plain_name` makes them; labels are uint8 [rows,
    concepts], 0 or 1; the partition, str [rows], is empty for rows that no
    part lists.
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
