"""Metrics of the ranking of a database by Hamming distance, in pure NumPy."""

from tf_dnnh.metrics.average_precision import average_precision
from tf_dnnh.metrics.bit_health import bit_health
from tf_dnnh.metrics.curves import (
    curves,
    precision_at,
    recall_at,
    within_radius,
)
from tf_dnnh.metrics.evaluate import conventions, evaluate, histogram_metrics
from tf_dnnh.metrics.histograms import (
    distance_histograms,
    shared_label_histograms,
)
from tf_dnnh.metrics.mean_average_precision import mean_average_precision
from tf_dnnh.metrics.ndcg import ndcg
from tf_dnnh.metrics.relevance import relevance

__all__ = [
    "average_precision",
    "bit_health",
    "conventions",
    "curves",
    "distance_histograms",
    "evaluate",
    "histogram_metrics",
    "mean_average_precision",
    "ndcg",
    "precision_at",
    "recall_at",
    "relevance",
    "shared_label_histograms",
    "within_radius",
]
