"""Mean average precision of codes and labels."""

from typing import Unpack

import numpy as np

from tf_dnnh.metrics.average_precision import (
    average_precision,
    check_choice,
    mean_over_queries,
)
from tf_dnnh.metrics.histograms import distance_histograms
from tf_dnnh.metrics.scan import ScanOptions
from tf_dnnh.metrics.stable_order import stable_average_precision


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

    Codes of few bits tie often, and the order within a tie then decides the
    figure: the default is the mean over all orders, which no sorting of the
    database can change.

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
    everything = (
        query_codes,
        database_codes,
        query_labels,
        database_labels,
        8 * np.shape(query_codes)[-1],
    )
    if ties == "stable":
        values, relevant = stable_average_precision(
            *everything, top_n=top_n, denominator=denominator, **options
        )
    else:
        items, relevant = distance_histograms(*everything, **options)
        values = average_precision(
            items,
            relevant,
            top_n=top_n,
            ties=ties,
            denominator=denominator,
        )
    return mean_over_queries(values, relevant, no_relevant)
