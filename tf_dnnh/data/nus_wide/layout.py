"""The layouts of NUS-WIDE, and the rows of their label files."""

import dataclasses
import os
from pathlib import Path
from typing import Any

import numpy as np

_TREE = Path(__file__).with_name("layout.txt").read_text(encoding="utf-8")


@dataclasses.dataclass
class Listing:
    """The rows of the label files; problems and notes as in `ImageDataset`.

    Names are unique, as `plain_name` makes them; labels are uint8 [rows,
    concepts], 0 or 1; the partition, str [rows], is empty for rows that no
    part lists. `files` counts the rows of each label file;
    `more_concepts` is set where the label files know further concepts.
    """

    names: list[str]
    labels: np.ndarray
    concepts: list[str]
    partition: np.ndarray
    problems: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    notes: dict[str, Any] = dataclasses.field(default_factory=dict)
    files: dict[str, int] = dataclasses.field(default_factory=dict)
    more_concepts: bool = False

    def select(self, rows: np.ndarray) -> "Listing":
        """Returns some rows, int [n] or bool [rows], as a listing."""
        indices = np.arange(len(self.names))[rows]
        return dataclasses.replace(
            self,
            names=[self.names[i] for i in indices],
            labels=self.labels[indices],
            partition=self.partition[indices],
        )


def expected_tree(folder: Path | str) -> str:
    """Returns the tree of folders and files that the loader reads, as text."""
    return _TREE.format(folder=str(folder).rstrip("/")).rstrip()


def find(folder: Path, *names: str) -> Path | None:
    """Finds a file or folder, given a name per level, ignoring case.

    Copies that passed through Windows differ in case.
    """
    path = folder
    for name in names:
        if (path / name).exists():
            path = path / name
            continue
        if not path.is_dir():
            return None
        with os.scandir(path) as entries:
            same = [e.name for e in entries if e.name.lower() == name.lower()]
        if not same:
            return None
        path = path / min(same)
    return path
