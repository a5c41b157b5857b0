"""Normalised discounted cumulative gain of a Hamming ranking, under ties."""

from typing import Unpack

import numpy as np

from tf_dnnh.metrics.average_precision import check_top_n, mean_over_queries
from tf_dnnh.metrics.histograms import shared_label_histograms
from tf_dnnh.metrics.scan import ScanOptions


def ndcg(
    query_codes: np.ndarray,
    database_codes: np.ndarray,
    query_labels: np.ndarray,
    database_labels: np.ndarray,
    *,
    top_n: int = 100,
    no_relevant: str = "zero",
    **options: Unpack[ScanOptions],
) -> float:
    """Computes mean NDCG of a multi-label ranking by Hamming distance.

    `DCG = sum over ranks k <= n of shared labels / log2(k + 1)`, the mean
    over all orders of equal distances. NDCG is DCG divided by that of the
    ideal ranking, by number of shared labels.

    Args:
        query_codes: Packed codes, uint8 [q, bytes].
        database_codes: Packed codes, uint8 [n, bytes].
        query_labels: 0/1 [q, classes].
        database_labels: 0/1 [n, classes].
        top_n: Length of the ranking that counts.
        no_relevant: "zero" or "skip", as in `mean_average_precision`.
        **options: `chunk`, `threads`, `progress`; see `ScanOptions`.

    Returns:
        NDCG in [0, 1].

    Raises:
        ValueError: If codes and labels do not fit, or an option is unknown.

    Example:
        >>> codes = np.array([[0], [128]], np.uint8)
        >>> labels = np.array([[1, 0], [1, 1]])
        >>> round(ndcg(codes[:1], codes, labels[1:], labels), 4)
        0.8597
    """
    counts = shared_label_histograms(
        query_codes,
        database_codes,
        query_labels,
        database_labels,
        8 * np.shape(query_codes)[-1],
        **options,
    )
    values = ndcg_of_histograms(counts, top_n)
    return mean_over_queries(values, counts[:, 1:].sum(axis=1), no_relevant)


def ndcg_of_histograms(counts: np.ndarray, top_n: int) -> np.ndarray:
    """Computes the NDCG of each query, [q], from `shared_label_histograms`.

    It is in [0, 1], and 0 where no item shares a label.
    """
    check_top_n(top_n)
    gains = np.arange(counts.shape[1])
    reached = _dcg(
        counts.sum(axis=1), np.einsum("s,qsd->qd", gains, counts), top_n
    )
    # The ideal ranking starts with the most shared labels.
    by_level = counts.sum(axis=2)[:, ::-1]
    ideal = _dcg(by_level, gains[::-1] * by_level, top_n)
    return reached / np.where(ideal > 0, ideal, 1)


def _dcg(items: np.ndarray, gain: np.ndarray, top_n: int) -> np.ndarray:
    """Returns expected DCG [q] of items [q, b] with summed gains [q, b]."""
    discounts = 1 / np.log2(np.arange(2, top_n + 2))
    discounts = np.concatenate([[0.0], np.cumsum(discounts)])
    ends = np.minimum(np.cumsum(items, axis=1), top_n)
    starts = np.minimum(np.cumsum(items, axis=1) - items, top_n)
    weights = discounts[ends] - discounts[starts]
    return (gain / np.maximum(items, 1) * weights).sum(axis=1)
