"""Average precision where ties are broken by the order of the database."""

from typing import Unpack

import numpy as np

from tf_dnnh.metrics.average_precision import (
    DENOMINATORS,
    check_choice,
    check_top_n,
)
from tf_dnnh.metrics.histograms import distance_histograms
from tf_dnnh.metrics.scan import ScanOptions, scan


def stable_average_precision(
    query_codes: np.ndarray,
    database_codes: np.ndarray,
    query_labels: np.ndarray,
    database_labels: np.ndarray,
    bits: int,
    *,
    top_n: int | None = None,
    denominator: str = "retrieved",
    **options: Unpack[ScanOptions],
) -> tuple[np.ndarray, np.ndarray]:
    """Computes average precision under a stable sort by distance.

    Published scripts that sort with a stable algorithm report this value. It
    depends on the order in which the database is stored: a database sorted by
    class flatters or punishes tied codes.

    Two passes: the first counts how many items precede each distance, so
    that the second knows an item's rank when it meets it, and no ranking is
    ever stored.

    Args:
        query_codes: Packed codes, uint8 [q, bytes].
        database_codes: Packed codes, uint8 [n, bytes].
        query_labels: Class numbers [q], or 0/1 [q, classes].
        database_labels: Class numbers [n], or 0/1 [n, classes].
        bits: Length of a code.
        top_n: Length of the ranking that counts; None for all of it.
        denominator: See `average_precision`.
        **options: `chunk`, `threads`, `progress` (called in both passes).

    Returns:
        AP float64 [q] in [0, 1], and the relevant items at every distance,
        int64 [q, bits + 1].

    Raises:
        ValueError: If codes, labels and `bits` do not fit each other, or an
            option is unknown.
    """
    check_choice("denominator", denominator, DENOMINATORS)
    check_top_n(top_n)
    everything = (
        query_codes,
        database_codes,
        query_labels,
        database_labels,
        bits,
    )
    items, relevant = distance_histograms(*everything, **options)
    limit = len(database_codes) if top_n is None else top_n
    # Items and relevant items ahead of the next one at each distance.
    ahead = np.cumsum(items, axis=1) - items
    ahead_hits = np.cumsum(relevant, axis=1) - relevant
    sums = np.zeros(len(items))
    retrieved = np.zeros(len(items), np.int64)

    def visit(start: int, distances: np.ndarray, shared: np.ndarray) -> None:
        for row, (distance, hit) in enumerate(
            zip(distances, shared > 0, strict=True), start
        ):
            rank = _advance(distance, ahead[row])[hit]
            found = _advance(distance[hit], ahead_hits[row])
            counts = rank <= limit
            sums[row] += (found[counts] / rank[counts]).sum()
            retrieved[row] += counts.sum()

    scan(*everything, visit, **options)
    total = relevant.sum(axis=1)
    divisor = DENOMINATORS[denominator](retrieved, limit, total)
    return sums / np.maximum(divisor, 1), relevant


def _advance(distance: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """Ranks items in order, then counts them among those `ahead`, in place."""
    counts = np.bincount(distance, minlength=len(ahead))
    order = np.argsort(distance, kind="stable")
    ranks = np.empty(len(distance), np.int64)
    ranks[order] = np.arange(1, len(distance) + 1)
    ranks += (ahead + counts - np.cumsum(counts))[distance]
    ahead += counts
    return ranks
