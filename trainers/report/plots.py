"""Line plots as SVG, inside a report or as separate files.

This module computes the geometry, and templates render it. Without a plotting
library, plots take their colours from the page's style sheet, light or dark,
and stay small.
"""

import dataclasses
import math
import pathlib
from collections.abc import Sequence

import numpy as np

from tf_dnnh.pages.formats import number
from trainers.report import rendering
from trainers.report.plot_spec import Line, PlotSpec

MAX_POINTS = 240
# Longer lines have no dots. Those of a line without a title are invisible, for
# their tooltips; those of lines with a title are visible.
MAX_DOTS, MAX_VISIBLE_DOTS = 64, 12
COLORS = (
    *("#4477aa", "#66ccee", "#228833", "#ccbb44", "#ee6677", "#aa3377"),
    *("#ee7733", "#cc3311", "#009988", "#997700", "#6e4f9b", "#777777"),
)
# In SVG units: the distance of the key's names from the plot area, and the
# approximate width of a letter.
_KEY_START, _LETTER = 50, 6.8


@dataclasses.dataclass(frozen=True)
class _Mark:
    """A labelled position: a tick, a dot with its tooltip, a reference line.

    A tick uses only the coordinate along its axis.
    """

    x: float
    y: float
    label: str


@dataclasses.dataclass(frozen=True)
class _Axis:
    """Maps values between `low` and `high` to pixels `start`..`end`."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, values: np.ndarray) -> np.ndarray:
        """Returns the pixels of `values`, in the same shape."""
        low, high = self.low, self.high
        if self.log:
            values, low, high = np.log(values), math.log(low), math.log(high)
        share = (values - low) / ((high - low) or 1.0)
        return self.start + share * (self.end - self.start)


@dataclasses.dataclass(frozen=True)
class _DrawnLine:
    """The layout of a line; `last` is its last point."""

    title: str
    path: str
    area: str
    dots: list[_Mark]
    last: _Mark
    dashed: bool
    color: str


@dataclasses.dataclass(frozen=True)
class Plot:
    """The layout of a plot; `label` describes it to screen readers."""

    spec: PlotSpec
    label: str
    width: int
    x_ticks: list[_Mark]
    y_ticks: list[_Mark]
    lines: list[_DrawnLine]
    reference: _Mark | None
    mark: _Mark | None


def nice_ticks(low: float, high: float) -> np.ndarray:
    """Returns about five multiples of 1, 2 or 5 times a power of ten.

    Example:
        >>> nice_ticks(0.0, 1.0).tolist()
        [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    """
    if not high > low:
        return np.array([low])
    rough = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s * power for s in (1, 2, 5, 10) if s * power >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    final = math.floor(high / step + 1e-9)
    return np.round(np.arange(first, final + 1) * step, 12)


def write_plot(
    path: pathlib.Path, spec: PlotSpec, lines: Sequence[Line]
) -> bool:
    """Writes an SVG file; returns False if there is nothing to draw."""
    plot = lay_out(spec, lines)
    if plot:
        rendering.write(path, "plot.svg.j2", {"plot": plot})
    return plot is not None


def lay_out(spec: PlotSpec, lines: Sequence[Line]) -> Plot | None:
    """Lays out lines on one pair of axes; None if no line has a point.

    All lines have a title, or there is a single line without one.
    """
    numbered = [
        dataclasses.replace(
            line,
            points=_visible(line.points, spec),
            color=place if line.color is None else line.color,
        )
        for place, line in enumerate(lines)
    ]
    numbered = [line for line in numbered if len(line.points)]
    if not numbered:
        return None
    x, y = np.concatenate([line.points for line in numbered]).T
    frame = spec.frame
    x_low, x_high = spec.x_range or (float(x.min()), float(x.max()))
    y_low, y_high = spec.y_range or _span(y, spec)
    x_axis = _Axis(x_low, x_high, frame.left, frame.wall, spec.log_x)
    y_axis = _Axis(y_low, y_high, frame.floor, frame.top, spec.log_y)
    drawn = [_draw(line, spec, x_axis, y_axis) for line in numbered]
    if spec.last_values:
        drawn.sort(key=lambda line: line.last.y)
    titles = [line.title for line in drawn]
    text = spec.caption if titles[0] else _summary(numbered[0].points, spec)
    key = _KEY_START + math.ceil(_LETTER * max(map(len, titles)))
    return Plot(
        spec=spec,
        label=f"{spec.title}. {text}",
        width=frame.wall + key if titles[0] else frame.width,
        x_ticks=_ticks(x_axis, _x_values(spec, x_low, x_high), along_x=True),
        y_ticks=_ticks(y_axis, _y_values(spec, y_low, y_high), along_x=False),
        lines=drawn,
        reference=_reference(y_axis, spec),
        mark=_mark(x_axis, spec),
    )


def _visible(points: np.ndarray, spec: PlotSpec) -> np.ndarray:
    """Returns the points that can be drawn, `MAX_POINTS` at most."""
    points = points.reshape(-1, 2)
    points = points[np.isfinite(points).all(axis=1)]
    if spec.log_x:
        points = points[points[:, 0] > 0]
    if spec.log_y:
        points = points[points[:, 1] > 0]
    if len(points) <= MAX_POINTS:
        return points
    # Evenly spread, first and last included.
    spread = np.geomspace if spec.log_x else np.linspace
    rows = spread(1, len(points), MAX_POINTS).round().astype(int) - 1
    return points[np.unique(rows)]


def _draw(
    line: Line, spec: PlotSpec, x_axis: _Axis, y_axis: _Axis
) -> _DrawnLine:
    heights = np.clip(line.points[:, 1], y_axis.low, y_axis.high)
    pixels = np.stack([x_axis(line.points[:, 0]), y_axis(heights)], 1).round(1)
    name = f"{line.title}, " if line.title else ""
    dots = [
        _Mark(left, top, f"{name}{spec.x_label} {number(x)}: {number(y)}")
        for (left, top), (x, y) in zip(
            pixels.tolist(), line.points.tolist(), strict=True
        )
    ]
    path = "M" + " L".join(f"{dot.x:g},{dot.y:g}" for dot in dots)
    last = number(float(line.points[-1, 1]))
    named = line.title and spec.last_values
    return _DrawnLine(
        title=f"{line.title} {last}" if named else line.title,
        path=path,
        area=f"{path} V{spec.frame.floor} H{dots[0].x:g} Z",
        dots=(
            dots
            if len(dots) <= (MAX_VISIBLE_DOTS if line.title else MAX_DOTS)
            else []
        ),
        last=dataclasses.replace(dots[-1], label=last),
        dashed=line.dashed,
        color=COLORS[(line.color or 0) % len(COLORS)],
    )


def _span(values: np.ndarray, spec: PlotSpec) -> tuple[float, float]:
    """Returns the ends of an axis from 0 to a little above the values."""
    step = spec.y_step
    if spec.log_y:
        ends = np.log10([values.min(), values.max()])
        return 10.0 ** math.floor(ends[0]), 10.0 ** math.ceil(ends[1] + 1e-9)
    low, high = min(0.0, float(values.min())), float(values.max())
    if high <= low:
        return low, low + 1.0
    if step:
        return low, math.ceil(high / step - 1e-9) * step
    return low, high + 0.08 * (high - low)


def _x_values(spec: PlotSpec, low: float, high: float) -> np.ndarray:
    """Returns the ticks of the horizontal axis."""
    if spec.log_x:
        return _powers(low, high)
    values = nice_ticks(low, high)
    return values[values == values.round()] if spec.whole_x else values


def _y_values(spec: PlotSpec, low: float, high: float) -> np.ndarray:
    """Returns the ticks of the vertical axis."""
    return _powers(low, high) if spec.log_y else nice_ticks(low, high)


def _powers(low: float, high: float) -> np.ndarray:
    """Returns the powers of ten between two values."""
    first = math.ceil(math.log10(low) - 1e-9)
    final = math.floor(math.log10(high) + 1e-9)
    return 10.0 ** np.arange(first, final + 1)


def _ticks(axis: _Axis, values: np.ndarray, *, along_x: bool) -> list[_Mark]:
    pixels = axis(values).round(1).tolist()
    return [
        _Mark(p if along_x else 0.0, 0.0 if along_x else p, number(v))
        for p, v in zip(pixels, values.tolist(), strict=True)
    ]


def _summary(points: np.ndarray, spec: PlotSpec) -> str:
    """Describes a line by its ends."""
    (x0, y0), (x1, y1) = points[0].tolist(), points[-1].tolist()
    if len(points) == 1:
        return f"{number(y0)} at {spec.x_label} {number(x0)}."
    return (
        f"From {number(y0)} at {spec.x_label} {number(x0)} "
        f"to {number(y1)} at {spec.x_label} {number(x1)}."
    )


def _reference(axis: _Axis, spec: PlotSpec) -> _Mark | None:
    if spec.reference is None:
        return None
    value, label = spec.reference
    if not axis.low <= value <= axis.high:
        return None
    height = round(float(axis(np.array(value))), 1)
    return _Mark(spec.frame.wall, height, label)


def _mark(axis: _Axis, spec: PlotSpec) -> _Mark | None:
    if spec.mark is None:
        return None
    value, label = spec.mark
    return _Mark(round(float(axis(np.array(value))), 1), 0.0, label)
