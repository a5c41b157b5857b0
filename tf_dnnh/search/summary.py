"""Figures about a collection, for `info` and the page about an index."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_dnnh.codes import to_hex, unpack
from tf_dnnh.metrics.bit_health import bit_entropy

if TYPE_CHECKING:
    from tf_dnnh.search.collection import Collection

_ROWS = 1 << 16
_LARGEST = 12
_SHOWN = 12


def summarize(collection: "Collection") -> dict[str, Any]:
    """Describes a collection in values of JSON.

    Returns:
        `name`, `pictures` (how many), `model` and `images` (paths, or None),
        `bits`, `kind`, `is_exact`, `fingerprint`, `radius` and `calibration`
        (None before `calibrate`), `labels` (label to count), `distinct_codes`,
        `balance` (share of ones per bit), `mean_entropy` (of a bit, in [0, 1]
        bit), `bucket_sizes` (rows of `from`, `to`, `codes` and `pictures`: how
        many distinct codes have from `from` to `to` pictures each, and how
        many pictures that is) and `largest_groups` (rows of `code`,
        hexadecimal, `pictures`, and the first `ids` of the codes that most
        pictures share).
    """
    index = collection.index
    codes, counts = index.buckets()
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
        "bucket_sizes": list(_bucket_sizes(counts)),
        "largest_groups": list(_largest_groups(collection, codes, counts)),
    }


def _balance(codes: np.ndarray, counts: np.ndarray, bits: int) -> np.ndarray:
    ones = np.zeros(bits)
    for start in range(0, len(codes), _ROWS):
        rows = slice(start, start + _ROWS)
        ones += counts[rows] @ unpack(codes[rows], bits)
    return ones / max(1, counts.sum())


def _bucket_sizes(counts: np.ndarray) -> Iterator[dict[str, int]]:
    low, largest = 1, counts.max(initial=0)
    while low <= largest:
        within = counts[(counts >= low) & (counts < 2 * low)]
        yield {
            "from": low,
            "to": 2 * low - 1,
            "codes": len(within),
            "pictures": int(within.sum()),
        }
        low *= 2


def _largest_groups(
    collection: "Collection", codes: np.ndarray, counts: np.ndarray
) -> Iterator[dict[str, Any]]:
    order = np.argsort(-counts, kind="stable")[:_LARGEST]
    for row in order[counts[order] > 1].tolist():
        code = codes[row : row + 1]
        _, _, ids = collection.index.range_search(code, 0)
        yield {
            "code": to_hex(code)[0],
            "pictures": int(counts[row]),
            "ids": ids[:_SHOWN].tolist(),
        }
