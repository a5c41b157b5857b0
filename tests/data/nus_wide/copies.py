"""Small copies of NUS-WIDE that the tests of this folder share."""

import pathlib
import tempfile
import unittest

import numpy as np

from tests.data import toy
from tf_dnnh.data.nus_wide.concepts import CONCEPTS_81


class CopyCase(unittest.TestCase):
    """The base class of tests that use a temporary folder."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)


def write_lines(path: pathlib.Path, lines, end: str = "\r\n") -> None:
    text = "".join(f"{line}{end}" for line in lines)
    toy.write(path, text.encode())


def write_official(
    root: pathlib.Path,
    names: list[str],
    labels: np.ndarray,
    training: int,
) -> None:
    """Writes label files; the first `training` rows are the training part."""
    write_lines(root / "ConceptsList/Concepts81.txt", CONCEPTS_81)
    write_lines(root / "ImageList/Imagelist.txt", names)
    write_lines(root / "ImageList/TrainImagelist.txt", names[:training])
    write_lines(root / "ImageList/TestImagelist.txt", names[training:])
    folder = root / "Groundtruth"
    for column, name in zip(labels.T, CONCEPTS_81, strict=True):
        write_lines(folder / f"AllLabels/Labels_{name}.txt", column)
        for part, rows in (
            ("Train", column[:training]),
            ("Test", column[training:]),
        ):
            path = folder / f"TrainTestLabels/Labels_{name}_{part}.txt"
            write_lines(path, rows)


def labels_of(*rows: str) -> np.ndarray:
    """Makes uint8 [rows, 81] from names of concepts, one string per row."""
    labels = np.zeros([len(rows), 81], np.uint8)
    for row, text in zip(labels, rows, strict=True):
        row[[CONCEPTS_81.index(name) for name in text.split()]] = 1
    return labels
