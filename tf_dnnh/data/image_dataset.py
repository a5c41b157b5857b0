"""Labels, names and pictures of one data set."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from tf_dnnh.data.array_source import ArraySource
from tf_dnnh.data.file_source import FileSource

PROBLEMS = {
    "missing": "listed images are missing",
    "unreadable": "images do not decode and are left out",
    "unlabelled": "images have no label",
    "unsupported": (
        "images have a format that is not read (HEIC, AVIF, TIFF); convert "
        "them to JPEG"
    ),
    "stray": "files are not images of a class",
    "empty": "class folders hold no image",
    "single_image": "classes have one image, which cannot be a query",
    "repeated": "images are listed more than once",
    "conflicting": "images have different labels in another file",
}


@dataclasses.dataclass
class ImageDataset:
    """A labelled set of images; splits and batches are indices into it.

    Attributes:
        name: name on the command line, such as `cifar10`.
        labels: int64 [n] class numbers, or uint8 [n, classes] of 0 and 1.
        ids: str [n], unique, the same whenever the data set is loaded.
        class_names: one name per class.
        source: reads the images.
        partition: str [n] or None: the part that the data assign to each image,
            `train` or `test`, or names of `split.PARTS` joined by `+`.
        problems: names of the faulty images or classes, by kind, a key of
            `PROBLEMS`.
        notes: further facts, which splits and reports repeat.
        label_files: rows of every label file that was read, by its name.
        remarks: sentences to print when the data set is loaded.

    Example:
        >>> dataset = ImageDataset(
        ...     "toy",
        ...     np.array([0, 1, 1]),
        ...     np.array(["a", "b", "c"]),
        ...     ["cat", "dog"],
        ...     ArraySource(np.zeros([3, 8, 8, 3], np.uint8)),
        ... )
        >>> len(dataset), dataset.num_classes, dataset.multi_label
        (3, 2, False)
        >>> dataset.class_counts().tolist()
        [1, 2]
    """

    name: str
    labels: np.ndarray
    ids: np.ndarray
    class_names: Sequence[str]
    source: ArraySource | FileSource
    partition: np.ndarray | None = None
    problems: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    notes: dict[str, Any] = dataclasses.field(default_factory=dict)
    label_files: dict[str, int] = dataclasses.field(default_factory=dict)
    remarks: list[str] = dataclasses.field(default_factory=list)

    def __post_init__(self) -> None:
        lengths = {len(self.labels), len(self.ids), len(self.source)}
        if len(lengths) != 1:
            raise ValueError(
                "`labels`, `ids` and `source` must be equally long. Received: "
                f"{len(self.labels)}, {len(self.ids)}, {len(self.source)}"
            )
        if len(np.unique(self.ids)) != len(self.ids):
            raise ValueError("`ids` must be unique")

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def num_classes(self) -> int:
        """Number of classes, including those without images."""
        return len(self.class_names)

    @property
    def multi_label(self) -> bool:
        """Whether an image may have several labels, or none."""
        return self.labels.ndim == 2

    @property
    def image_size(self) -> tuple[int, int] | None:
        """(height, width) of all images, or None where they differ."""
        return self.source.image_size

    def class_counts(self) -> np.ndarray:
        """Counts the images of every class; int64 [classes]."""
        if self.multi_label:
            return self.labels.sum(axis=0, dtype=np.int64)
        return np.bincount(self.labels, minlength=self.num_classes)

    def label_text(self, index: int) -> str:
        """Returns the name of an image's class, or of all its classes."""
        if not self.multi_label:
            return self.class_names[self.labels[index]]
        classes = np.flatnonzero(self.labels[index]).tolist()
        return ", ".join(self.class_names[c] for c in classes)

    def warnings(self) -> list[str]:
        """Returns the remarks, and one sentence per kind of problem found."""
        return [f"{self.name}: {remark}" for remark in self.remarks] + [
            f"{self.name}: {len(names)} {PROBLEMS[kind]}, first {names[0]}"
            for kind, names in self.problems.items()
            if names
        ]
