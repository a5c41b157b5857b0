"""A division of a data set into queries, database, training, validation."""

import dataclasses
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tf_dnnh.data.data_error import DataError
from tf_dnnh.data.image_dataset import ImageDataset
from tf_dnnh.files import replacing, write_json

PARTS = ("queries", "database", "training", "validation")
MAX_IDS_IN_JSON = 10_000


@dataclasses.dataclass(frozen=True)
class Split:
    """Index arrays into one data set; no query is in another part.

    Attributes:
        dataset: name of the data set.
        protocol: name of the protocol.
        seed: seed of the protocol's draw.
        ids: str [n], ids of the whole data set.
        queries: int64 [q], images to search for.
        database: int64 [d], images to search in.
        training: int64 [t], images to train on.
        validation: int64 [v], images to select models by; never trained on.
        notes: further facts, such as the number of excluded images.

    Raises:
        DataError: if queries are in another part, or validation images in
            the training part.

    Example:
        >>> ids = np.array(["a", "b", "c"])
        >>> split = Split("toy", "mine", 0, ids, [0], [1, 2], [1], [2])
        >>> split.counts()["database"], split.sha256()[:8]
        (2, 'd41f5b62')
    """

    dataset: str
    protocol: str
    seed: int
    ids: np.ndarray
    queries: np.ndarray
    database: np.ndarray
    training: np.ndarray
    validation: np.ndarray
    notes: dict[str, Any] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        for part in PARTS:
            value = np.asarray(getattr(self, part), np.int64)
            object.__setattr__(self, part, value)
        for first, second in (
            ("queries", "database"),
            ("queries", "training"),
            ("queries", "validation"),
            ("training", "validation"),
        ):
            both = np.intersect1d(getattr(self, first), getattr(self, second))
            if len(both):
                raise DataError(
                    f"{len(both)} images are in {first} and in {second}, "
                    f"first {self.ids[both[0]]}: take them out of one of the "
                    "two."
                )

    def ids_of(self, part: str) -> np.ndarray:
        """Returns the ids of one part, in its order; str [n]."""
        return self.ids[getattr(self, part)]

    def counts(self) -> dict[str, int]:
        """Counts the images of every part."""
        return {part: len(getattr(self, part)) for part in PARTS}

    def list_sha256(self) -> dict[str, str]:
        """Hashes every part's ids, in order, one per line, with SHA-256."""
        return {part: sha256_of(self.ids_of(part)) for part in PARTS}

    def sha256(self) -> str:
        """Combines the SHA-256 of the four parts into one."""
        return _combined(self.list_sha256())

    def save(self, folder: str | os.PathLike) -> Path:
        """Writes `split.json`, and `split.npz` if there are over 10,000 ids.

        Args:
            folder: folder to write to.

        Returns:
            Path of `split.json`.
        """
        folder = Path(folder)
        ids = {part: self.ids_of(part) for part in PARTS}
        lists: dict[str, Any] = {k: value.tolist() for k, value in ids.items()}
        if sum(self.counts().values()) > MAX_IDS_IN_JSON:
            lists = self.list_sha256()
            with replacing(folder / "split.npz") as beside:
                np.savez_compressed(beside, allow_pickle=False, **ids)
        content = {
            "dataset": self.dataset,
            "protocol": self.protocol,
            "seed": self.seed,
            "sha256": self.sha256(),
            "counts": self.counts(),
            "list_sha256": self.list_sha256(),
            "notes": self.notes,
            **lists,
        }
        write_json(folder / "split.json", content)
        return folder / "split.json"

    @classmethod
    def load(cls, folder: str | os.PathLike, dataset: ImageDataset) -> "Split":
        """Reads a saved split and finds its images in the data set.

        Args:
            folder: folder that holds `split.json`.
            dataset: the data set it was made from, which may have grown.

        Returns:
            The split, with indices into `dataset`.

        Raises:
            DataError: if a file is missing or damaged, or an image is gone.
        """
        folder = Path(folder)
        try:
            content = json.loads((folder / "split.json").read_text("utf-8"))
            lists = {part: content[part] for part in PARTS}
            if any(isinstance(value, str) for value in lists.values()):
                with np.load(folder / "split.npz") as stored:
                    lists = {part: stored[part] for part in PARTS}
        except (OSError, ValueError, KeyError) as error:
            raise DataError(
                f"Could not read the split in {folder} ({error}): run the "
                "training again, or give another folder."
            ) from error
        split = cls(
            content["dataset"],
            content["protocol"],
            content["seed"],
            dataset.ids,
            notes=content["notes"],
            **{part: _find(lists[part], dataset) for part in PARTS},
        )
        if split.sha256() != content["sha256"]:
            raise DataError(
                f"The split in {folder} does not match its own SHA-256: it was "
                "changed after it was written; make it again."
            )
        return split


def hashes_agree(content: Mapping[str, Any]) -> bool:
    """Returns whether lists and hashes of a `split.json` fit one another.

    Lists that are stored in `split.npz` are not read.
    """
    lists = content["list_sha256"]
    listed = {part: content.get(part) for part in PARTS}
    return content["sha256"] == _combined(lists) and all(
        sha256_of(ids) == lists[part]
        for part, ids in listed.items()
        if isinstance(ids, list)
    )


def _combined(list_sha256: Mapping[str, str]) -> str:
    return sha256_of([f"{part} {value}" for part, value in list_sha256.items()])


def sha256_of(lines: Iterable[str]) -> str:
    """Hashes lines of text, joined by newlines, with SHA-256."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _find(ids: Any, dataset: ImageDataset) -> np.ndarray:
    """Returns the indices of `ids`, int64 [n], in their order."""
    position = {name: i for i, name in enumerate(dataset.ids.tolist())}
    missing = [name for name in ids if name not in position]
    if missing:
        raise DataError(
            f"{len(missing)} images of the split are not in {dataset.name}, "
            f"first {missing[0]}: give the data set it was made from."
        )
    return np.array([position[name] for name in ids], np.int64)
