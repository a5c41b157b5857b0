"""Figures about a collection, for `info` and the page about an index."""

import collections
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_dnnh.codes import to_hex, unpack
from tf_dnnh.metrics.bit_health import bit_entropy
from tf_dnnh.search.picture import labels_of

if TYPE_CHECKING:
    from tf_dnnh.search.collection import Collection

_ROWS = 1 << 16
_LARGEST = 10
_SHOWN = 12
_COUNTED = 1000


def summarize(collection: "Collection") -> dict[str, Any]:
    """Describes a collection in values of JSON.

    Returns:
        `name`, `pictures` (how many), `model` and `images` (paths, or None),
        `bits`, `kind`, `is_exact`, `fingerprint`, `radius` and `calibration`
        (None before `calibrate`), `labels` (label to count), `distinct_codes`,
        `balance` (share of ones per bit), `mean_entropy` (of a bit, in [0, 1]
        bit), `bucket_sizes` (rows of how many pictures a code may have, and how
        many distinct codes have that many) and `largest_groups` (of the codes
        that most pictures share: `code`, hexadecimal, `count`, the first `ids`,
        and `labels`, label to count among the first 1,000).
    """
    index = collection.index
    codes, counts = collection.buckets
    balance = _balance(codes, counts, index.bits)
    return {
        "name": collection.name,
        "pictures": len(collection),
        "model": collection.settings["model"],
        "images": collection.settings["images"],
        "bits": index.bits,
        "kind": index.kind,
        "is_exact": index.is_exact,
        "fingerprint": index.fingerprint,
        "radius": collection.radius,
        "calibration": collection.calibration,
        "labels": collection.labels,
        "distinct_codes": len(codes),
        "balance": balance.tolist(),
        "mean_entropy": float(bit_entropy(balance).mean()),
        "bucket_sizes": _bucket_sizes(counts),
        "largest_groups": list(_largest_groups(collection, codes, counts)),
    }


def _balance(codes: np.ndarray, counts: np.ndarray, bits: int) -> np.ndarray:
    ones = np.zeros(bits)
    for start in range(0, len(codes), _ROWS):
        rows = slice(start, start + _ROWS)
        ones += counts[rows] @ unpack(codes[rows], bits)
    return ones / max(1, counts.sum())


def _bucket_sizes(counts: np.ndarray) -> list[list[int]]:
    return np.stack(np.unique(counts, return_counts=True), axis=1).tolist()


def _largest_groups(
    collection: "Collection", codes: np.ndarray, counts: np.ndarray
) -> Iterator[dict[str, Any]]:
    order = np.argsort(-counts, kind="stable")[:_LARGEST]
    for row in order[counts[order] > 1].tolist():
        code = codes[row : row + 1]
        ids = collection.index.range_search(code, 0)[2].tolist()
        labels = collections.Counter(
            label
            for picture in collection.pictures.pictures(ids[:_COUNTED])
            for label in labels_of(picture.label)
        )
        yield {
            "code": to_hex(code)[0],
            "count": int(counts[row]),
            "ids": ids[:_SHOWN],
            "labels": dict(labels.most_common()),
        }
