"""What a line plot of a report shows and how much room it takes."""

import dataclasses


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
        """Where the horizontal axis lies."""
        return self.height - self.bottom

    @property
    def wall(self) -> int:
        """Where the plot area ends on the right."""
        return self.width - self.right


LARGE = _Frame()
SMALL = _Frame(width=340, height=190, left=54, right=50, top=12, bottom=40)


@dataclasses.dataclass(frozen=True)
class PlotSpec:
    """A line plot without its points.

    Attributes:
        key: name unique on the page, used for element ids.
        title: what the plot shows.
        caption: one plain sentence under the title.
        x_label: name of the horizontal axis.
        frame: size and margins.
        y_range: ends of the vertical axis; from 0 to the data's by default.
        x_range: ends of the horizontal axis; the data's by default.
        whole_x: only whole numbers on the horizontal axis.
        log_x: logarithmic horizontal axis; leaves out points with x <= 0.
        reference: value and label of a horizontal line to compare with.
    """

    key: str
    title: str
    caption: str
    x_label: str
    frame: _Frame = LARGE
    y_range: tuple[float, float] | None = None
    x_range: tuple[float, float] | None = None
    whole_x: bool = False
    log_x: bool = False
    reference: tuple[float, str] | None = None
