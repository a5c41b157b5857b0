"""The checks of a data set and its split."""

import dataclasses
import hashlib

import numpy as np

from tf_dnnh.data.array_source import ArraySource
from tf_dnnh.data.image_dataset import ImageDataset
from tf_dnnh.data.split import PARTS, Split

# What loading a data set can find, in the order of the report.
_LOADING = {
    "missing": "missing images",
    "unreadable": "unreadable images",
    "conflicting": "contradictory labels",
    "unlabelled": "unlabelled images",
    "repeated": "images listed twice",
    "stray": "stray files",
    "empty": "classes without images",
    "single_image": "classes with one image",
}
_FATAL = {"missing", "unreadable", "conflicting", "unlabelled"}


@dataclasses.dataclass(frozen=True)
class Check:
    """One kind of problem, and a line for each place where it was found."""

    name: str
    found: list[str]
    # Whether a finding makes the data unfit, rather than odd.
    fatal: bool = True

    @property
    def status(self) -> str:
        """`ok`, `note` or `PROBLEM`."""
        if not self.found:
            return "ok"
        return "PROBLEM" if self.fatal else "note"


def verify(
    dataset: ImageDataset,
    split: Split | None,
    hashes: np.ndarray | None = None,
) -> list[Check]:
    """Checks a data set and, if it could be made, its split.

    Images that are missing, do not decode, have contradictory labels or none,
    and pictures that are both query and database are problems. Findings that
    change no result are notes; so are unlabelled images of multi-label data,
    which `make_split` keeps out of queries and training.
    """
    found = {kind: list(dataset.problems.get(kind, [])) for kind in _LOADING}
    if dataset.multi_label:
        bare = np.flatnonzero(~dataset.labels.any(axis=1))
        found["unlabelled"] += dataset.ids[bare].tolist()
    classes = np.flatnonzero(dataset.class_counts() == 0).tolist()
    found["empty"] = [dataset.class_names[c] for c in classes] + found["empty"]
    if hashes is None:
        hashes = content_hashes(dataset)
    fatal = _FATAL - {"unlabelled"} if dataset.multi_label else _FATAL
    checks = [Check(name, found[k], k in fatal) for k, name in _LOADING.items()]
    checks.append(Check("duplicates", _duplicates(dataset, hashes), False))
    return checks + (_split_checks(dataset, split, hashes) if split else [])


def content_hashes(dataset: ImageDataset) -> np.ndarray:
    """Hashes every picture's pixels, or its file's bytes; str [n], SHA-256."""
    source = dataset.source
    if isinstance(source, ArraySource):
        images = np.ascontiguousarray(source.images)
        return np.array([hashlib.sha256(x).hexdigest() for x in images])
    hashes = []
    for index in range(len(source)):
        with source.path(index).open("rb") as file:
            hashes.append(hashlib.file_digest(file, "sha256").hexdigest())
    return np.array(hashes)


def _duplicates(dataset: ImageDataset, hashes: np.ndarray) -> list[str]:
    """Returns one line for each picture that occurs more than once."""
    order = np.argsort(hashes, kind="stable")
    starts = np.flatnonzero(hashes[order][1:] != hashes[order][:-1]) + 1
    return [
        " = ".join(f"{dataset.ids[i]} [{dataset.label_text(i)}]" for i in group)
        for group in np.split(order, starts)
        if len(group) > 1
    ]


def _split_checks(
    dataset: ImageDataset, split: Split, hashes: np.ndarray
) -> list[Check]:
    twice = []
    for part in PARTS:
        indices, counts = np.unique(getattr(split, part), return_counts=True)
        twice += [
            f"{name} in {part}" for name in dataset.ids[indices[counts > 1]]
        ]
    known = set(hashes[split.database])
    copied = [str(dataset.ids[i]) for i in split.queries if hashes[i] in known]
    overlap = np.intersect1d(split.queries, split.database)
    used = np.concatenate([split.queries, split.training, split.validation])
    bare = used[:0]
    if dataset.multi_label:
        bare = used[~dataset.labels[used].any(axis=1)]
    return [
        Check("queries in the database", dataset.ids[overlap].tolist()),
        Check("pictures both query and database", copied),
        Check("images twice in one part", twice),
        Check("used without a label", dataset.ids[bare].tolist()),
    ]
