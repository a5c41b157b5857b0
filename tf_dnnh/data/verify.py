"""Checks a data set and its split, and reports on them."""

import dataclasses
import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from tf_dnnh.data.checks.content_hashes import content_hashes
from tf_dnnh.data.image_dataset import ImageDataset
from tf_dnnh.data.split import PARTS, Split, sha256_of

# Problems found while loading, in the order of the report.
_LOADING = {
    "missing": "missing images",
    "unreadable": "unreadable images",
    "unsupported": "images of an unread format",
    "conflicting": "contradictory labels",
    "unlabelled": "unlabelled images",
    "repeated": "images listed twice",
    "stray": "stray files",
    "empty": "classes without images",
    "single_image": "classes with one image",
}
_FATAL = {"missing", "unreadable", "unsupported", "conflicting", "unlabelled"}
_MAX_CLASSES = 25
_MAX_EXAMPLES = 3


@dataclasses.dataclass(frozen=True)
class Check:
    """One check, and a line of text for each of its findings."""

    name: str
    found: list[str]
    # Whether a finding is a problem rather than a note.
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

    Problems are images that are missing, do not decode, or have contradictory
    labels or none, and pictures that are both query and database. Findings
    that change no result are notes; so are unlabelled images of multi-label
    data, which `make_split` keeps out of queries and training.
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
    checks.append(Check("remarks", dataset.remarks, False))
    return checks + (_split_checks(dataset, split, hashes) if split else [])


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


def problems(checks: Sequence[Check]) -> int:
    """Counts the checks that failed."""
    return sum(check.status == "PROBLEM" for check in checks)


def verify_json(
    dataset: ImageDataset,
    split: Split | None,
    checks: Sequence[Check],
    hashes: np.ndarray,
) -> dict[str, Any]:
    """Returns everything that `verify_report` formats, as JSON values.

    All findings of a check are listed, not only the first.
    """
    counts = dataset.class_counts().tolist()
    return {
        "dataset": dataset.name,
        "images": len(dataset),
        "multi_label": dataset.multi_label,
        "classes": dict(zip(dataset.class_names, counts, strict=True)),
        "label_files": dataset.label_files,
        "notes": dataset.notes,
        "protocol": split.protocol if split else None,
        "seed": split.seed if split else None,
        "counts": split.counts() if split else None,
        "checks": [
            {"name": c.name, "status": c.status, "found": c.found}
            for c in checks
        ],
        "sha256": _sha256(dataset, split, hashes),
        "problems": problems(checks),
    }


def verify_report(
    dataset: ImageDataset,
    split: Split | None,
    checks: Sequence[Check],
    hashes: np.ndarray,
) -> str:
    """Formats counts, checks and hashes as text that ends with a verdict.

    `hashes` are those of `content_hashes`.
    """
    lines = [
        _overview(dataset),
        "",
        *_label_files(dataset),
        *_classes(dataset),
        "",
        *(_parts(split) if split else []),
        *_checks(checks),
        "",
    ]
    for name, digest in _sha256(dataset, split, hashes).items():
        lines.append(f"SHA-256 of {name:<8} {digest}")
    count = problems(checks)
    failed = "1 check failed" if count == 1 else f"{count} checks failed"
    verdict = failed if count else "All is well"
    return "\n".join([*lines, "", f"{verdict}."])


def _sha256(
    dataset: ImageDataset, split: Split | None, hashes: np.ndarray
) -> dict[str, str]:
    names = "\n".join(dataset.class_names).encode()
    found = {
        "ids": sha256_of(dataset.ids),
        "labels": hashlib.sha256(names + dataset.labels.tobytes()).hexdigest(),
        "pictures": sha256_of(hashes),
    }
    return found | ({"split": split.sha256()} if split else {})


def _label_files(dataset: ImageDataset) -> list[str]:
    """Formats the label files, their rows, and what was made of them."""
    if not dataset.label_files:
        return []
    width = max(map(len, dataset.label_files))
    rows = dataset.label_files.items()
    lines = [f"  {name:<{width}} {count:>9,} rows" for name, count in rows]
    facts = [
        f"  {name.replace('_', ' ')}: "
        f"{f'{value:,}' if isinstance(value, int) else value}"
        for name, value in dataset.notes.items()
        if name != "label_files"
    ]
    return ["Label files:", *lines, *facts, ""]


def _overview(dataset: ImageDataset) -> str:
    size = dataset.image_size
    kind = "several labels per image" if dataset.multi_label else "one label"
    text = "sizes as in the files" if size is None else f"{size[0]}x{size[1]}"
    return (
        f"{dataset.name}: {len(dataset):,} images, {text}; "
        f"{dataset.num_classes} classes, {kind}"
    )


def _classes(dataset: ImageDataset) -> list[str]:
    counts = dataset.class_counts()
    smallest, largest = counts.argmin(), counts.argmax()
    names = list(dataset.class_names)
    summary = f"Images per class: {counts[smallest]:,}"
    if counts[largest] > counts[smallest]:
        summary += (
            f" ({names[smallest]}) to {counts[largest]:,} ({names[largest]}), "
            f"mean {counts.mean():,.1f}"
        )
    if len(names) > _MAX_CLASSES:
        return [summary]
    width = max(map(len, names))
    rows = zip(names, counts, strict=True)
    return [summary, *(f"  {n:<{width}} {c:>9,}" for n, c in rows)]


def _parts(split: Split) -> list[str]:
    hashes = split.list_sha256()
    rows = [
        f"  {part:<10} {count:>9,}  {hashes[part][:16]}"
        for part, count in split.counts().items()
    ]
    return [f"Protocol {split.protocol}, seed {split.seed}:", *rows, ""]


def _checks(checks: Sequence[Check]) -> list[str]:
    width = max(len(check.name) for check in checks)
    lines = ["Checks:"]
    for check in checks:
        count = len(check.found)
        lines.append(f"  {check.name:<{width}} {count:>9,}  {check.status}")
        lines += [f"      {text}" for text in check.found[:_MAX_EXAMPLES]]
        if count > _MAX_EXAMPLES:
            lines.append(f"      and {count - _MAX_EXAMPLES:,} more")
    return lines
