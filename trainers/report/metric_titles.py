"""Titles and explanations of metrics and of their conventions."""

from typing import Any

# Metric -> its title, and one or two sentences that explain it.
METRICS = {
    "map": (
        "Mean average precision (MAP)",
        "1 if all relevant images come first. The mean over all orders of "
        "images at equal distance: it does not depend on how ties are broken.",
    ),
    "map_unseen": (
        "MAP of unseen images",
        "MAP of a search among the database images that the network was not "
        "trained on, which tells what the codes are worth for new images.",
    ),
    "map_best_ties": (
        "MAP, best order of ties",
        "The upper bound: relevant images first among those at equal distance.",
    ),
    "map_worst_ties": (
        "MAP, worst order of ties",
        "The lower bound: relevant images last among those at equal distance.",
    ),
    "map_at_1000": (
        "MAP of the first 1,000",
        "MAP over the first 1,000 results.",
    ),
    "map_at_5000": (
        "MAP of the first 5,000",
        "MAP over the first 5,000 results.",
    ),
    "precision_at_100": (
        "Precision at 100",
        "Share of relevant images among the first 100 results.",
    ),
    "precision_at_1000": (
        "Precision at 1,000",
        "Share of relevant images among the first 1,000 results.",
    ),
    "precision_radius_2": (
        "Precision within radius 2",
        "Share of relevant images among those whose code differs from the "
        "query's in at most two bits.",
    ),
    "recall_radius_2": (
        "Recall within radius 2",
        "Share of all relevant images that are found within two bits.",
    ),
    "empty_radius_2": (
        "Queries with nothing within radius 2",
        "Their share; they count as precision 0 above.",
    ),
    "ndcg_at_100": (
        "NDCG at 100",
        "Normalised discounted cumulative gain of the first 100 results: "
        "images that share more labels with the query should come first.",
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
    "relevant": ("An image is relevant if it", {}),
    "unseen": (
        "An image is unseen if it was",
        {"not trained on": "not trained on; validation images are unseen"},
    ),
}
