"""Several curves on one pair of axes, as an SVG file of its own."""

import dataclasses
import functools
import math
import pathlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from tf_dnnh import files
from trainers.report.plot_spec import PlotSpec
from trainers.report.plots import LinePlot, line_plot

_TEMPLATES = pathlib.Path(__file__).parent / "templates"
# In SVG units: names in the key are this far apart, if there is room; a name
# starts so far right of the plot; and about so wide is one of its letters.
_KEY_STEP, _KEY_START, _LETTER = 18, 50, 6.8
# A curve of so few points shows them.
_FEW_POINTS = 12


@dataclasses.dataclass(frozen=True)
class Line:
    """One curve of a comparison.

    Attributes:
        title: its name in the key.
        points: float [n, 2], x and y, by rising x; a NaN leaves one out.
        dashed: how it is drawn.
        color: number of its colour, so that a line keeps it from plot to
            plot. Default: its place among the lines.
    """

    title: str
    points: np.ndarray
    dashed: bool = False
    color: int | None = None


@dataclasses.dataclass(frozen=True)
class _Drawn:
    """A curve laid out, with its place in the key."""

    title: str
    plot: LinePlot
    dots: list[Any]
    dashed: bool
    color: int
    key_y: float


def write_comparison(
    path: pathlib.Path,
    spec: PlotSpec,
    lines: Sequence[Line],
    *,
    last_values: bool = True,
) -> bool:
    """Draws curves on the same axes.

    Args:
        path: of the SVG file.
        spec: the plot; axes without a range take that of all points.
        lines: the curves.
        last_values: name every curve's last value in the key, which they
            order; otherwise the order of `lines` stays.

    Returns:
        Whether there was anything to draw; without, no file is written.
    """
    drawn = _lay_out(spec, lines, last_values)
    if not drawn:
        return False
    longest = max(len(one.title) for one in drawn)
    width = spec.frame.wall + _KEY_START + math.ceil(_LETTER * longest)
    text = _template().render(spec=spec, lines=drawn, width=width)
    with files.replacing(path) as beside:
        beside.write_text(text, encoding="utf-8")
    return True


def _lay_out(
    spec: PlotSpec, lines: Sequence[Line], last_values: bool
) -> list[_Drawn]:
    spec = _with_ranges(spec, lines)
    plots = []
    for place, line in enumerate(lines):
        plot = line_plot(spec, line.points.reshape(-1, 2))
        if plot:
            color = place if line.color is None else line.color
            plots.append((plot, line, color))
    if last_values:
        plots.sort(key=lambda entry: entry[0].last.y)
    room = spec.frame.floor - spec.frame.top
    step = min(_KEY_STEP, room / max(len(plots), 1))
    return [
        _Drawn(
            title=f"{line.title} {plot.last.label}"
            if last_values
            else line.title,
            plot=plot,
            dots=plot.dots if len(plot.dots) <= _FEW_POINTS else [],
            dashed=line.dashed,
            color=color,
            key_y=round(spec.frame.top + step * (rank + 0.5), 1),
        )
        for rank, (plot, line, color) in enumerate(plots)
    ]


def _with_ranges(spec: PlotSpec, lines: Sequence[Line]) -> PlotSpec:
    """Gives both axes the range of all points, unless they have one."""
    everything = [line.points.reshape(-1, 2) for line in lines]
    points = np.concatenate([*everything, np.empty((0, 2))])
    points = points[np.isfinite(points).all(axis=1)]
    if spec.log_x:
        points = points[points[:, 0] > 0]
    if not len(points):
        return spec
    x, y = points.T
    return dataclasses.replace(
        spec,
        x_range=spec.x_range or (float(x.min()), float(x.max())),
        y_range=spec.y_range or (0.0, math.ceil(y.max() * 20) / 20 or 1.0),
    )


@functools.cache
def _template() -> Any:
    # Imported here: what draws nothing needs no Jinja.
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("curves.svg.j2")
