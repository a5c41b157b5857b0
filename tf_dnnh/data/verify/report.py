"""The report that `verify` prints."""

import hashlib
from collections.abc import Sequence

import numpy as np

from tf_dnnh.data.image_dataset import ImageDataset
from tf_dnnh.data.split import Split, sha256_of
from tf_dnnh.data.verify.checks import Check

_MAX_CLASSES = 25
_MAX_EXAMPLES = 3


def verify_report(
    dataset: ImageDataset,
    split: Split | None,
    checks: Sequence[Check],
    hashes: np.ndarray,
) -> str:
    """Writes counts, checks and hashes as text; a verdict is the last line.

    `hashes` are those of the pictures, as `content_hashes` returns them.
    """
    names = "\n".join(dataset.class_names).encode()
    labels = hashlib.sha256(names + dataset.labels.tobytes()).hexdigest()
    lines = [
        _overview(dataset),
        "",
        *_classes(dataset),
        "",
        *(_parts(split) if split else []),
        *_checks(checks),
        "",
        f"SHA-256 of ids      {sha256_of(dataset.ids)}",
        f"SHA-256 of labels   {labels}",
        f"SHA-256 of pictures {sha256_of(hashes)}",
    ]
    if split is not None:
        lines.append(f"SHA-256 of split    {split.sha256()}")
    problems = sum(check.status == "PROBLEM" for check in checks)
    failed = "1 check failed" if problems == 1 else f"{problems} checks failed"
    verdict = failed if problems else "All is well"
    return "\n".join([*lines, "", f"{verdict}."])


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
