"""The table of metrics in a report, and how they were computed."""

from collections.abc import Mapping
from typing import Any

from trainers.report.words import score

# Metric -> name and what it tells, in the order of the table.
METRICS = {
    "map": (
        "Mean average precision (MAP)",
        "Do relevant images come first? 1 is a perfect ranking. Images at "
        "equal distance count at the mean over all their orders, so luck "
        "with ties plays no part.",
    ),
    "map_best_ties": (
        "MAP, best order of ties",
        "The upper bound: relevant images first among equals.",
    ),
    "map_worst_ties": (
        "MAP, worst order of ties",
        "The lower bound: relevant images last among equals.",
    ),
    "map_at_1000": (
        "MAP of the first 1,000",
        "Only the first 1,000 results count.",
    ),
    "map_at_5000": (
        "MAP of the first 5,000",
        "Only the first 5,000 results count.",
    ),
    "precision_at_100": (
        "Precision at 100",
        "Of the first 100 results, the share that is relevant.",
    ),
    "precision_at_1000": (
        "Precision at 1,000",
        "Of the first 1,000 results, the share that is relevant.",
    ),
    "precision_radius_2": (
        "Precision within radius 2",
        "Of the images whose code differs from the query's in at most two "
        "bits, the share that is relevant.",
    ),
    "recall_radius_2": (
        "Recall within radius 2",
        "Of all relevant images, the share found within two bits.",
    ),
    "empty_radius_2": (
        "Queries with nothing within radius 2",
        "Their share. They find nothing and count as precision 0 above.",
    ),
    "ndcg_at_100": (
        "NDCG at 100",
        "As MAP of the first 100, but an image that shares more labels with "
        "the query should come earlier.",
    ),
}

# Convention -> what it settles, and how its values read.
CONVENTIONS: dict[str, tuple[str, dict[Any, str]]] = {
    "map_top_n": ("Results that count for MAP", {None: "all"}),
    "ties": (
        "Images at equal distance",
        {"expected": "the mean over all their orders"},
    ),
    "denominator": (
        "Average precision is divided by",
        {"retrieved": "the relevant images among those that count"},
    ),
    "no_relevant": (
        "A query with no relevant image",
        {"zero": "counts 0", "skip": "does not count"},
    ),
    "empty_ball_precision": (
        "Precision where nothing is within the radius",
        {0.0: "0"},
    ),
    "relevant": ("Relevant is an image that", {}),
}


def metric_rows(
    metrics: Mapping[str, float | None],
    reported: float | None,
    top_n: int | None = None,
) -> list[dict[str, str]]:
    """One row a metric: name, explanation, value, the paper's figure.

    Metrics this page does not know follow under their own key.

    Args:
        metrics: of `result.json`.
        reported: the paper's MAP, if there is one to compare with.
        top_n: how many results count for `map`; None for all.
    """
    keys = [key for key in METRICS if key in metrics]
    keys += [key for key in metrics if key not in METRICS]
    rows = []
    for key in keys:
        title, explanation = METRICS.get(key, (key, ""))
        if key == "map" and top_n:
            explanation += f" Only the first {top_n:,} results count."
        paper = reported if key == "map" else None
        rows.append(
            {
                "key": key,
                "title": title,
                "explanation": explanation,
                "value": score(metrics[key]),
                "paper": "" if paper is None else score(paper),
            }
        )
    return rows


def convention_rows(
    conventions: Mapping[str, Any], floor: float
) -> list[tuple[str, str]]:
    """How the metrics were computed, as pairs of a question and its answer.

    Args:
        conventions: of `result.json`.
        floor: precision of a random order.
    """
    rows = []
    for key, value in conventions.items():
        title, answers = CONVENTIONS.get(key, (key, {}))
        rows.append((title, answers.get(value, str(value))))
    return [*rows, ("Chance, the precision of a random order", score(floor))]
