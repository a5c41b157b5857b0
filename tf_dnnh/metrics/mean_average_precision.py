"""Mean average precision of codes and labels."""

from typing import Unpack

import numpy as np

from tf_dnnh.metrics.average_precision import (
    DENOMINATORS,
    average_precision,
    check_choice,
    check_top_n,
    mean_over_queries,
)
from tf_dnnh.metrics.histograms import distance_histograms
from tf_dnnh.metrics.scan import ScanOptions, scan


def mean_average_precision(
    query_codes: np.ndarray,
    database_codes: np.ndarray,
    query_labels: np.ndarray,
    database_labels: np.ndarray,
    *,
    top_n: int | None = None,
    ties: str = "expected",
    denominator: str = "retrieved",
    no_relevant: str = "zero",
    **options: Unpack[ScanOptions],
) -> float:
    """Computes mean average precision (MAP) of ranking by Hamming distance.

    Codes of few bits tie often, and the order within ties then decides MAP: the
    default is the mean over all orders, which does not depend on the order of
    the database.

    Args:
        query_codes: Packed codes, uint8 [q, bytes].
        database_codes: Packed codes, uint8 [n, bytes].
        query_labels: Class numbers [q], or 0/1 [q, classes].
        database_labels: Class numbers [n], or 0/1 [n, classes]; an item is
            relevant if it shares a label with the query.
        top_n: Length of the ranking that counts; None for all of it.
        ties: "expected" (mean over all orders of equal distances), "best",
            "worst" (over the same orders) or "stable" (database order).
        denominator: Of the AP at `top_n`: "retrieved" (relevant items in
            the top n: the hashing literature), "min" (min(n, all relevant))
            or "all" (all relevant).
        no_relevant: A query without relevant items counts 0 ("zero") or is
            left out ("skip").
        **options: `chunk`, `threads`, `progress`; see `ScanOptions`.

    Returns:
        MAP in [0, 1].

    Raises:
        ValueError: If codes and labels do not fit, or an option is unknown.

    Example:
        >>> queries = np.array([[0b00000000]], np.uint8)
        >>> database = np.array([[0b00000000], [0b11000000]], np.uint8)
        >>> mean_average_precision(
        ...     queries, database, np.array([1]), np.array([0, 1])
        ... )
        0.5
    """
    check_choice("ties", ties, ("expected", "best", "worst", "stable"))
    check_choice("denominator", denominator, DENOMINATORS)
    check_top_n(top_n)
    arguments = (
        query_codes,
        database_codes,
        query_labels,
        database_labels,
        8 * np.shape(query_codes)[-1],
    )
    items, relevant = distance_histograms(*arguments, **options)
    if ties == "stable":
        ranking = _StableRanking(items, relevant, top_n)
        scan(*arguments, ranking.visit, **options)
        values = ranking.average_precision(denominator)
    else:
        values = average_precision(
            items, relevant, top_n=top_n, ties=ties, denominator=denominator
        )
    return mean_over_queries(values, relevant, no_relevant)


class _StableRanking:
    """Average precision of each query under a stable sort by distance.

    Published scripts that sort with a stable algorithm report this value. It
    depends on the order in which the database is stored: a database sorted by
    class flatters or punishes tied codes.

    The histograms give the number of items ahead of each distance, so each
    item is ranked as the scan visits it, and no ranking is ever stored.
    """

    def __init__(
        self, items: np.ndarray, relevant: np.ndarray, top_n: int | None
    ) -> None:
        self.limit = int(items.sum(axis=1).max()) if top_n is None else top_n
        self.total = relevant.sum(axis=1)
        # Items and relevant items ahead of the next one at each distance.
        self.ahead = np.cumsum(items, axis=1) - items
        self.ahead_hits = np.cumsum(relevant, axis=1) - relevant
        self.sums = np.zeros(len(items))
        self.found = np.zeros(len(items), np.int64)

    def visit(
        self, start: int, distances: np.ndarray, shared: np.ndarray
    ) -> None:
        """Ranks and sums up a tile of the scan, [t, n]."""
        for row, (distance, hit) in enumerate(
            zip(distances, shared > 0, strict=True), start
        ):
            rank = _advance(distance, self.ahead[row])[hit]
            found = _advance(distance[hit], self.ahead_hits[row])
            counts = rank <= self.limit
            self.sums[row] += (found[counts] / rank[counts]).sum()
            self.found[row] += counts.sum()

    def average_precision(self, denominator: str) -> np.ndarray:
        """Returns float64 [q] in [0, 1], after the scan."""
        divide = DENOMINATORS[denominator]
        divisor = divide(self.found, self.limit, self.total)
        return self.sums / np.maximum(divisor, 1)


def _advance(distance: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """Returns the ranks of items; adds the items to `ahead`, in place."""
    counts = np.bincount(distance, minlength=len(ahead))
    order = np.argsort(distance, kind="stable")
    ranks = np.empty(len(distance), np.int64)
    ranks[order] = np.arange(1, len(distance) + 1)
    ranks += (ahead + counts - np.cumsum(counts))[distance]
    ahead += counts
    return ranks
