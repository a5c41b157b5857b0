"""The checks of a data set and its split."""

import hashlib

import numpy as np

from tf_dnnh.data.array_source import ArraySource
from tf_dnnh.data.image_dataset import PROBLEMS, ImageDataset
from tf_dnnh.data.split import PARTS, Split
from tf_dnnh.data.verify.check import Check

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


def verify(
    dataset: ImageDataset,
    split: Split | None,
    hashes: np.ndarray | None = None,
) -> list[Check]:
    """Runs all checks.

    Args:
        dataset: the data set.
        split: its split, if it could be made.
        hashes: str [n], of the pictures. Default: `content_hashes`.

    Returns:
        The checks. Images that are missing, do not decode, have contradictory
        labels or none, and pictures that are both query and database are
        problems. Findings that change no result are notes; so are unlabelled
        images of multi-label data, which `make_split` keeps out of queries
        and training.

    Example:
        >>> from tf_dnnh.data.datasets import load_dataset
        >>> checks = verify(load_dataset("digits"), None)
        >>> {check.status for check in checks}
        {'ok'}
    """
    found = {kind: list(dataset.problems.get(kind, [])) for kind in PROBLEMS}
    if dataset.multi_label:
        bare = np.flatnonzero(~dataset.labels.any(axis=1))
        found["unlabelled"] += dataset.ids[bare].tolist()
    classes = np.flatnonzero(dataset.class_counts() == 0).tolist()
    found["empty"] = [dataset.class_names[c] for c in classes] + found["empty"]
    if hashes is None:
        hashes = content_hashes(dataset)
    fatal = _FATAL - {"unlabelled"} if dataset.multi_label else _FATAL
    return [
        *(Check(name, found[k], k in fatal) for k, name in _LOADING.items()),
        Check("duplicates", _duplicates(dataset, hashes), fatal=False),
        *_split_checks(dataset, split, hashes),
    ]


def content_hashes(dataset: ImageDataset) -> np.ndarray:
    """Hashes every picture's pixels, or its file's bytes.

    Returns:
        str [n], the SHA-256 of each in hexadecimal digits.
    """
    source = dataset.source
    if isinstance(source, ArraySource):
        images = np.ascontiguousarray(source.images)
        return np.array([hashlib.sha256(x).hexdigest() for x in images])
    hashes = []
    for index in range(len(source)):
        with source.path(index).open("rb") as file:
            hashes.append(hashlib.file_digest(file, "sha256").hexdigest())
    return np.array(hashes)


def _groups(hashes: np.ndarray) -> list[np.ndarray]:
    """Returns the indices of each picture that occurs more than once."""
    order = np.argsort(hashes, kind="stable")
    starts = np.flatnonzero(hashes[order][1:] != hashes[order][:-1]) + 1
    return [group for group in np.split(order, starts) if len(group) > 1]


def _duplicates(dataset: ImageDataset, hashes: np.ndarray) -> list[str]:
    return [
        " = ".join(f"{dataset.ids[i]} [{dataset.label_text(i)}]" for i in group)
        for group in _groups(hashes)
    ]


def _split_checks(
    dataset: ImageDataset, split: Split | None, hashes: np.ndarray
) -> list[Check]:
    if split is None:
        return []
    twice = [
        f"{dataset.ids[i]} in {part}"
        for part in PARTS
        for i in _repeated(getattr(split, part))
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


def _repeated(indices: np.ndarray) -> np.ndarray:
    values, counts = np.unique(indices, return_counts=True)
    return values[counts > 1]
