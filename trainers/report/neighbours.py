"""Queries of a report with their nearest images."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from trainers.report.pictures import png_uri, thumbnail

# At most so many characters of thumbnails, so that the page can be mailed.
THUMBNAIL_BUDGET = 1_300_000


def query_rows(arrays: Mapping[str, np.ndarray]) -> list[dict[str, Any]]:
    """Turns the arrays of `neighbours.npz` into rows of thumbnails.

    Stops before `THUMBNAIL_BUDGET` is exceeded, never before the first row.

    Returns:
        Per query: `uri`, `label` and, nearest first, `neighbours`, each with
        `uri`, `label`, `distance` and `relevant`.
    """
    rows: list[dict[str, Any]] = []
    size = 0
    for query in range(len(arrays["query_images"])):
        row: dict[str, Any] = {
            "uri": png_uri(thumbnail(arrays["query_images"][query])),
            "label": str(arrays["query_labels"][query]),
            "neighbours": [
                {
                    "uri": png_uri(thumbnail(image)),
                    "label": str(arrays["neighbour_labels"][query, rank]),
                    "distance": int(arrays["neighbour_distance"][query, rank]),
                    "relevant": bool(arrays["neighbour_relevant"][query, rank]),
                }
                for rank, image in enumerate(arrays["neighbour_images"][query])
            ],
        }
        size += sum(len(one["uri"]) for one in [row, *row["neighbours"]])
        if rows and size > THUMBNAIL_BUDGET:
            break
        rows.append(row)
    return rows
