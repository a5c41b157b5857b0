"""The sections of a report that compare classes."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from trainers.report import pictures
from trainers.report.classes import ClassReport
from trainers.report.plot_spec import Line, PlotSpec
from trainers.report.plots import COLORS, Plot, lay_out

# Classes beyond this many are not told apart by colour, or not listed.
_COLOURED, _LISTED = len(COLORS), 40
# Places in `COLORS`.
_DISTANCE_COLORS = {"relevant": 0, "irrelevant": 6}
# Limit of the pictures' characters on the plane.
_BUDGET = 700_000


def class_bars(report: ClassReport) -> list[tuple[str, float]]:
    """Returns classes and their MAP, worst first, at most `_LISTED`."""
    order = np.argsort(report.scores, kind="stable")[:_LISTED]
    return [(report.names[c], float(report.scores[c])) for c in order]


def distance_plot(report: ClassReport) -> Plot | None:
    """Plots the distances of relevant and of irrelevant images."""
    lines = []
    for title, counts in (
        ("relevant", report.within),
        ("irrelevant", report.between),
    ):
        if counts.sum():
            shares = counts / counts.sum()
            points = np.stack([np.arange(len(counts)), shares], 1)
            lines.append(Line(points, title, color=_DISTANCE_COLORS[title]))
    return lay_out(
        PlotSpec(
            key="distances",
            title="Distances",
            caption="Share of the pairs of a query and an image, by Hamming "
            "distance: the less the two overlap, the better the codes.",
            x_label="distance in bits",
            whole_x=True,
            last_values=False,
        ),
        lines,
    )


def plane(arrays: Mapping[str, np.ndarray]) -> dict[str, Any] | None:
    """Lays out the points of `neighbours.npz` with their pictures.

    Returns:
        `points`, each with `x`, `y` (0..100), `label`, `color` and `uri`, and
        `key`, pairs of label and colour; None for a file without points.
    """
    if "plane_points" not in arrays:
        return None
    labels = [str(label) for label in arrays["plane_labels"]]
    names = sorted(set(labels))
    coloured = len(names) <= _COLOURED
    color = {
        name: COLORS[place] if coloured else "var(--accent)"
        for place, name in enumerate(names)
    }
    points, size = [], 0
    for (x, y), label, image in zip(
        arrays["plane_points"].tolist(),
        labels,
        arrays["plane_images"],
        strict=True,
    ):
        uri = pictures.png_uri(image)
        size += len(uri)
        points.append(
            {
                "x": round(100 * x, 1),
                "y": round(100 * y, 1),
                "label": label,
                "color": color[label],
                "uri": uri if size <= _BUDGET else None,
            }
        )
    return {"points": points, "key": list(color.items()) if coloured else []}
