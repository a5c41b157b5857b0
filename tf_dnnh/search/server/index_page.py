"""What the page about the index shows."""

from collections.abc import Mapping, Sequence
from typing import Any

_MOST_LABELS = 30
_MOST_GROUP_LABELS = 3


def values(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Turns `Collection.summary()` into the variables of the template.

    Rows with bars have a `name`, a `count` and a `share` of the largest count.
    """
    labels = _by_count(summary["labels"])
    groups = [
        group | {"labels": _by_count(group["labels"])[:_MOST_GROUP_LABELS]}
        for group in summary["largest_groups"]
    ]
    return {
        "summary": summary,
        "groups": groups,
        "sizes": _bars(group_sizes(summary["bucket_sizes"])),
        "labels": _bars(labels[:_MOST_LABELS]),
        "more_labels": len(labels[_MOST_LABELS:]),
        "calibration": _readable(summary["calibration"] or {}),
    }


def group_sizes(
    bucket_sizes: Sequence[tuple[int, int]],
) -> list[tuple[str, int]]:
    """Counts pictures by how many share their code, in powers of two.

    Args:
        bucket_sizes: pairs of pictures per code and number of such codes.

    Returns:
        Pairs of a range of pictures per code and number of pictures.

    Example:
        >>> group_sizes([(1, 9), (2, 3), (3, 1), (5, 2)])
        [('1', 9), ('2–3', 9), ('4–7', 10)]
    """
    ranges: dict[int, int] = {}
    for size, codes in bucket_sizes:
        power = size.bit_length() - 1
        ranges[power] = ranges.get(power, 0) + size * codes
    return [
        (_range(2**power, 2 ** (power + 1) - 1), count)
        for power, count in sorted(ranges.items())
    ]


def _range(low: int, high: int) -> str:
    return f"{low:,}" if low == high else f"{low:,}–{high:,}"


def _by_count(labels: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(labels.items(), key=lambda pair: -pair[1])


def _bars(rows: list[tuple[str, int]]) -> list[dict[str, Any]]:
    largest = max((count for _, count in rows), default=1)
    return [
        {"name": name, "count": count, "share": count / largest}
        for name, count in rows
    ]


def _readable(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name.replace("_", " "): f"{value:.4g}"
        if isinstance(value, float)
        else value
        for name, value in facts.items()
    }
