"""The figures of section 4 of the paper, for any methods."""

import dataclasses
import pathlib
from collections.abc import Iterator, Sequence

import numpy as np

from trainers.comparison.method_result import MethodResult, by_method, mean
from trainers.report.plot_spec import Line, PlotSpec
from trainers.report.plots import write_plot

_DASHED = "Dashed: without labels."
# Curves of the evaluation, at the longest codes.
_CURVES = (
    PlotSpec(
        key="precision_recall",
        title="Precision against recall",
        caption="",
        x_label="recall",
        x_range=(0.0, 1.0),
        y_step=0.05,
        last_values=False,
    ),
    PlotSpec(
        key="precision_at_n",
        title="Precision against images returned",
        caption="",
        x_label="images returned",
        log_x=True,
        y_step=0.05,
        last_values=False,
    ),
)
# Metrics, at all code lengths.
_METRICS = (
    PlotSpec(
        key="map",
        title="Mean average precision",
        caption=f"Over all orders of equal distances. {_DASHED}",
        x_label="bits",
        y_step=0.05,
    ),
    PlotSpec(
        key="precision_radius_2",
        title="Precision within Hamming radius 2",
        caption=f"Queries that find nothing count as 0. {_DASHED}",
        x_label="bits",
        y_step=0.05,
    ),
)


def write_plots(folder: pathlib.Path, results: Sequence[MethodResult]) -> None:
    """Writes one SVG file per figure."""
    for spec, lines in figures(results):
        write_plot(folder / f"{spec.key}.svg", spec, lines)


def figures(
    results: Sequence[MethodResult],
) -> Iterator[tuple[PlotSpec, list[Line]]]:
    """Yields the figures, with a line per method.

    MAP and precision within radius 2 against bits; at the longest codes,
    precision against recall and against the images returned. Results of one
    method at one code length are averaged; curves are those of the first.
    """
    methods = by_method(results)
    for spec in _METRICS:
        yield spec, [_against_bits(own, spec.key) for own in methods]
    longest = max(one.bits for one in results)
    caption = f"Codes of {longest} bits, by falling MAP. {_DASHED}"
    for spec in _CURVES:
        found = []
        for color, own in enumerate(methods):
            drawn = [
                one
                for one in own
                if one.bits == longest and spec.key in one.curves
            ]
            if drawn:
                points = drawn[0].curves[spec.key]
                line = _line(drawn[0], points, color)
                found.append((mean(drawn, "map"), line))
        found.sort(key=lambda pair: -pair[0])
        yield (
            dataclasses.replace(spec, caption=caption),
            [line for _, line in found],
        )


def _against_bits(own: Sequence[MethodResult], metric: str) -> Line:
    points = [
        (bits, mean([one for one in own if one.bits == bits], metric))
        for bits in sorted({one.bits for one in own})
    ]
    return _line(own[0], np.array(points))


def _line(
    method: MethodResult, points: np.ndarray, color: int | None = None
) -> Line:
    # Titles are Markdown, plots are not.
    title = method.title.replace("**", "").replace("`", "")
    return Line(points, title, method.dashed, color)
