"""Geometry of a report's line plots; the template turns it into SVG.

Plots are drawn by hand instead of by a plotting library so that they take
their colours from the page's own style sheet, light or dark, and stay small.
"""

import dataclasses
import math

import numpy as np

from trainers.report.plot_spec import PlotSpec

MAX_POINTS = 240
MAX_DOTS = 64


@dataclasses.dataclass(frozen=True)
class _Mark:
    """A labelled position: a tick, a dot with its tooltip, a reference line.

    Plain ticks use one coordinate, along their own axis.
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
        """Pixels of `values`, of the same shape."""
        low, high = self.low, self.high
        if self.log:
            values, low, high = np.log(values), math.log(low), math.log(high)
        share = (values - low) / ((high - low) or 1.0)
        return self.start + share * (self.end - self.start)


@dataclasses.dataclass(frozen=True)
class LinePlot:
    """A finished plot: tick marks, the path of one curve, words for it."""

    spec: PlotSpec
    summary: str
    line: str
    area: str
    x_ticks: list[_Mark]
    y_ticks: list[_Mark]
    dots: list[_Mark]
    last: _Mark
    reference: _Mark | None


def number(value: float) -> str:
    """A short number for people: 59,000, 0.593, 2e−5.

    Example:
        >>> number(59000), number(0.25), number(0.00002), number(float("nan"))
        ('59,000', '0.25', '2e−5', '–')
    """
    if not math.isfinite(value):
        return "–"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    small = 0 < abs(value) < 1e-3
    digits, _, exponent = f"{value:{'.1e' if small else '.3g'}}".partition("e")
    if small:
        digits = digits.removesuffix(".0")
    text = f"{digits}e{int(exponent)}" if exponent else digits
    return text.replace("-", "−")


def nice_ticks(low: float, high: float, count: int = 5) -> np.ndarray:
    """About `count` round numbers (1, 2 or 5 times a power of ten) within
    [low, high].

    Example:
        >>> nice_ticks(0.0, 1.0).tolist()
        [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    """
    if not high > low:
        return np.array([low])
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s * power for s in (1, 2, 5, 10) if s * power >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    final = math.floor(high / step + 1e-9)
    return np.round(np.arange(first, final + 1) * step, 12)


def decades(low: float, high: float) -> np.ndarray:
    """The powers of ten within [low, high]."""
    first = math.ceil(math.log10(low) - 1e-9)
    final = math.floor(math.log10(high) + 1e-9)
    return 10.0 ** np.arange(first, final + 1)


def line_plot(spec: PlotSpec, points: np.ndarray) -> LinePlot | None:
    """Lays out one curve.

    Args:
        spec: what to show and where.
        points: float [n, 2], x and y, by rising x; a NaN leaves its point
            out.

    Returns:
        The plot, or None where no point is left.
    """
    points = points[np.isfinite(points).all(axis=1)]
    if spec.log_x:
        points = points[points[:, 0] > 0]
    if not len(points):
        return None
    points = _thin(points, spec.log_x)
    frame = spec.frame
    x_low, x_high = spec.x_range or (points[0, 0], points[-1, 0])
    y_low, y_high = spec.y_range or _span(points[:, 1])
    x_axis = _Axis(x_low, x_high, frame.left, frame.wall, spec.log_x)
    y_axis = _Axis(y_low, y_high, frame.floor, frame.top)
    heights = y_axis(np.clip(points[:, 1], y_low, y_high))
    pixels = np.stack([x_axis(points[:, 0]), heights], 1).round(1)
    dots = _dots(pixels, points, spec.x_label)
    path = "M" + " L".join(f"{dot.x:g},{dot.y:g}" for dot in dots)
    last = number(float(points[-1, 1]))
    return LinePlot(
        spec=spec,
        summary=_summary(points, spec.x_label),
        line=path,
        area=f"{path} V{frame.floor} H{dots[0].x:g} Z",
        x_ticks=_ticks(x_axis, _x_values(spec, x_low, x_high), along_x=True),
        y_ticks=_ticks(y_axis, nice_ticks(y_low, y_high), along_x=False),
        dots=dots if len(dots) <= MAX_DOTS else [],
        last=dataclasses.replace(dots[-1], label=last),
        reference=_reference(y_axis, spec),
    )


def _dots(pixels: np.ndarray, points: np.ndarray, x_label: str) -> list[_Mark]:
    """The points with what their tooltips say."""
    return [
        _Mark(left, top, f"{x_label} {number(x)}: {number(y)}")
        for (left, top), (x, y) in zip(
            pixels.tolist(), points.tolist(), strict=True
        )
    ]


def _thin(points: np.ndarray, log_x: bool) -> np.ndarray:
    """Keeps at most `MAX_POINTS`, evenly spread, first and last included."""
    if len(points) <= MAX_POINTS:
        return points
    spread = np.geomspace if log_x else np.linspace
    rows = spread(1, len(points), MAX_POINTS).round().astype(int) - 1
    return points[np.unique(rows)]


def _span(values: np.ndarray) -> tuple[float, float]:
    """Ends of an axis that starts at 0 and leaves a little room above."""
    low, high = min(0.0, float(values.min())), float(values.max())
    return low, (high + 0.08 * (high - low)) if high > low else low + 1.0


def _x_values(spec: PlotSpec, low: float, high: float) -> np.ndarray:
    """Where the horizontal axis has its ticks."""
    if spec.log_x:
        return decades(low, high)
    values = nice_ticks(low, high)
    return values[values == values.round()] if spec.whole_x else values


def _ticks(axis: _Axis, values: np.ndarray, *, along_x: bool) -> list[_Mark]:
    pixels = axis(values).round(1).tolist()
    return [
        _Mark(p if along_x else 0.0, 0.0 if along_x else p, number(v))
        for p, v in zip(pixels, values.tolist(), strict=True)
    ]


def _summary(points: np.ndarray, x_label: str) -> str:
    """The plot in words, for readers who do not see it."""
    (x0, y0), (x1, y1) = points[0].tolist(), points[-1].tolist()
    if len(points) == 1:
        return f"{number(y0)} at {x_label} {number(x0)}."
    return (
        f"From {number(y0)} at {x_label} {number(x0)} "
        f"to {number(y1)} at {x_label} {number(x1)}."
    )


def _reference(axis: _Axis, spec: PlotSpec) -> _Mark | None:
    if spec.reference is None:
        return None
    value, label = spec.reference
    if not axis.low <= value <= axis.high:
        return None
    height = round(float(axis(np.array(value))), 1)
    return _Mark(spec.frame.wall, height, label)
