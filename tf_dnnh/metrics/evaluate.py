"""All metrics of a set of codes, from one pass over the database.

Items at one distance have no order. Every value but the bounds of MAP is the
mean over all their orders, so it does not depend on how the database is stored.
It is also the mean over all queries; one without relevant items counts 0.
"""

from typing import Any, Unpack

import numpy as np

from tf_dnnh.metrics.average_precision import average_precision
from tf_dnnh.metrics.bit_health import bit_health
from tf_dnnh.metrics.curves import curves, precision_at, within_radius
from tf_dnnh.metrics.histograms import (
    shared_label_histograms,
    split_histograms,
)
from tf_dnnh.metrics.ndcg import ndcg_of_histograms
from tf_dnnh.metrics.scan import ScanOptions
from tf_dnnh.metrics.verdict import chance_of, verdict


def evaluate(
    query_codes: np.ndarray,
    database_codes: np.ndarray,
    query_labels: np.ndarray,
    database_labels: np.ndarray,
    bits: int,
    *,
    map_top_n: int | None = None,
    exclude_self: bool = False,
    seen: np.ndarray | None = None,
    relaxed: np.ndarray | None = None,
    epsilon: float | None = None,
    with_curves: bool = False,
    **options: Unpack[ScanOptions],
) -> dict[str, Any]:
    """Scores the ranking of a database by Hamming distance to each query.

    Args:
        query_codes: Packed codes, uint8 [q, bytes].
        database_codes: Packed codes, uint8 [n, bytes].
        query_labels: Class numbers [q], or 0/1 [q, classes].
        database_labels: Class numbers [n], or 0/1 [n, classes]; an item is
            relevant if it shares a label with the query.
        bits: Length of a code.
        map_top_n: Ranks that count for `map` and its bounds; None for all.
        exclude_self: The database is the queries; no query finds itself.
        seen: Database items that the network was trained on, bool [n]; adds
            the key `map_unseen`. Not together with `exclude_self`.
        relaxed: Relaxed database codes, float [n, bits] in [0, 1]; adds the
            key `bit_health`, a dict (see `bit_health`), whose grade also
            counts the ranking (see `verdict`).
        epsilon: Half the width of their linear band (see `bit_health`).
        with_curves: Adds the key `curves`, a list (see `curves`).
        **options: `chunk`, `threads`, `progress`; see `ScanOptions`.

    Returns:
        The metrics of `histogram_metrics` and, for labels [n, classes],
        `ndcg_at_100`, whose gain is the number of shared labels. With `seen`,
        `map_unseen` is the `map` of a search among the other items only, or
        None where there are none.

    Raises:
        ValueError: If codes, labels and `bits` do not fit each other.

    Example:
        >>> codes = np.array([[0b00000000], [0b11110000]], np.uint8)
        >>> metrics = evaluate(codes, codes, [0, 1], [0, 1], bits=4)
        >>> metrics["map"], metrics["precision_at_100"]
        (1.0, 0.5)
        >>> seen = np.array([True, False])
        >>> evaluate(codes, codes, [0, 1], [0, 1], 4, seen=seen)["map_unseen"]
        0.5
    """
    data = query_codes, database_codes, query_labels, database_labels, bits
    unseen = None
    if seen is None:
        counts = shared_label_histograms(
            *data, exclude_self=exclude_self, **options
        )
    else:
        if exclude_self:
            raise ValueError(
                "`seen` needs queries outside the database. Received: "
                "exclude_self=True"
            )
        unseen, rest = split_histograms(*data, seen, **options)
        counts = unseen + rest
    items, relevant = counts.sum(axis=1), counts[:, 1:].sum(axis=1)
    metrics: dict[str, Any] = histogram_metrics(items, relevant, map_top_n)
    if unseen is not None:
        added = {"map_unseen": _map_unseen(unseen, map_top_n)}
        metrics = {"map": metrics["map"], **added, **metrics}
    if np.ndim(query_labels) == 2:
        metrics["ndcg_at_100"] = float(ndcg_of_histograms(counts, 100).mean())
    if relaxed is not None:
        health = bit_health(database_codes, bits, relaxed, epsilon)
        classes = _class_count(database_labels)
        chance = chance_of(items, relevant)
        scores = metrics["map"], metrics.get("map_unseen")
        metrics["bit_health"] = health | verdict(
            health, classes, chance, *scores
        )
    if with_curves:
        metrics["curves"] = curves(items, relevant)
    return metrics


def _class_count(labels: np.ndarray) -> int:
    labels = np.asarray(labels)
    if labels.ndim == 1:
        return len(np.unique(labels))
    return int(labels.any(axis=0).sum())


def _map_unseen(counts: np.ndarray, top_n: int | None) -> float | None:
    """Computes MAP from the counts of unseen items, None if there are none."""
    if not counts.any():
        return None
    items, relevant = counts.sum(axis=1), counts[:, 1:].sum(axis=1)
    return float(average_precision(items, relevant, top_n=top_n).mean())


def histogram_metrics(
    items: np.ndarray, relevant: np.ndarray, map_top_n: int | None = None
) -> dict[str, float]:
    """Computes the metrics that histograms of distances determine.

    Args:
        items: Items at every distance, int [q, bits + 1].
        relevant: Relevant items at every distance, int [q, bits + 1].
        map_top_n: Ranks that count for `map` and its bounds; None for all.

    Returns:
        Floats in [0, 1]. MAP with the denominator "retrieved":
        `map`; `map_best_ties` and `map_worst_ties`, the bounds that the
        order of equal distances leaves open; `map_at_1000`, `map_at_5000`.
        Of the first n, or of the database if that is smaller:
        `precision_at_100`, `precision_at_1000`. Of the items at distance 0
        to 2: `precision_radius_2` (0 where there are none),
        `recall_radius_2` and `empty_radius_2`, the share of queries with
        none.

    Example:
        >>> histogram_metrics(np.array([[0, 2]]), np.array([[0, 1]]))["map"]
        0.75
    """

    def mean_ap(top_n: int | None, ties: str = "expected") -> float:
        values = average_precision(items, relevant, top_n=top_n, ties=ties)
        return float(values.mean())

    at_100, at_1000 = precision_at(items, relevant, [100, 1000]).mean(axis=0)
    radius = min(2, items.shape[1] - 1)
    precision, recall, empty = within_radius(items, relevant)
    return {
        "map": mean_ap(map_top_n),
        "map_best_ties": mean_ap(map_top_n, "best"),
        "map_worst_ties": mean_ap(map_top_n, "worst"),
        "map_at_1000": mean_ap(1000),
        "map_at_5000": mean_ap(5000),
        "precision_at_100": float(at_100),
        "precision_at_1000": float(at_1000),
        "precision_radius_2": float(precision[:, radius].mean()),
        "recall_radius_2": float(recall[:, radius].mean()),
        "empty_radius_2": float(empty[:, radius].mean()),
    }


def conventions(map_top_n: int | None = None) -> dict[str, Any]:
    """Returns the conventions of the metrics, to be stored with them.

    Args:
        map_top_n: Ranks that count for `map` and its bounds; None for all.

    Returns:
        A word or number per convention.

    Example:
        >>> conventions()["ties"]
        'expected'
    """
    return {
        "map_top_n": map_top_n,
        "ties": "expected",
        "denominator": "retrieved",
        "no_relevant": "zero",
        "empty_ball_precision": 0.0,
        "relevant": "shares a label",
        "unseen": "not trained on",
    }
