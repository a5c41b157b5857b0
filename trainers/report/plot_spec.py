"""The contents and layout of a line plot."""

import dataclasses

import numpy as np


@dataclasses.dataclass(frozen=True)
class _Frame:
    """Outer size and margins of a plot, in SVG units."""

    width: int = 440
    height: int = 280
    left: int = 50
    right: int = 50
    top: int = 12
    bottom: int = 46

    @property
    def floor(self) -> int:
        """Vertical position of the horizontal axis."""
        return self.height - self.bottom

    @property
    def wall(self) -> int:
        """Right end of the plot area."""
        return self.width - self.right


LARGE = _Frame()
SMALL = _Frame(width=340, height=190, left=54, right=50, top=12, bottom=40)


@dataclasses.dataclass(frozen=True)
class PlotSpec:
    """A line plot without its lines.

    Attributes:
        key: name unique on the page, used for element ids and file names.
        title: title of the plot.
        caption: one sentence below the title.
        x_label: name of the horizontal axis.
        frame: size and margins.
        y_range: ends of the vertical axis; from 0 to the data's by default.
        y_step: without `y_range`, the vertical axis ends at a multiple of
            this; a little above the data by default.
        x_range: ends of the horizontal axis; the data's by default.
        whole_x: only whole numbers on the horizontal axis.
        log_x: logarithmic horizontal axis; leaves out points with x <= 0.
        log_y: logarithmic vertical axis; leaves out points with y <= 0.
        mark: value and label of a vertical line.
        reference: value and label of a horizontal line to compare with.
        last_values: whether the key shows every line's last value and is
            sorted by it; otherwise it has the order of the lines.
    """

    key: str
    title: str
    caption: str
    x_label: str
    frame: _Frame = LARGE
    y_range: tuple[float, float] | None = None
    y_step: float | None = None
    x_range: tuple[float, float] | None = None
    whole_x: bool = False
    log_x: bool = False
    log_y: bool = False
    mark: tuple[float, str] | None = None
    reference: tuple[float, str] | None = None
    last_values: bool = True


@dataclasses.dataclass(frozen=True)
class Line:
    """One line of a plot.

    Attributes:
        points: float [n, 2], x and y, by ascending x; points with a NaN are
            left out.
        title: its name in the key. A line without one is alone in its plot,
            which has no key.
        dashed: whether it is drawn dashed.
        color: index of its colour, for a line that has the same in several
            plots. Default: its place among the lines.
    """

    points: np.ndarray
    title: str = ""
    dashed: bool = False
    color: int | None = None
