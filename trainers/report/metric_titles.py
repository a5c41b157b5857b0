"""Titles and explanations of metrics and of their conventions."""

from typing import Any

# Metric -> its title, and one or two sentences that explain it.
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

# Convention -> its title, and its values in words.
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
