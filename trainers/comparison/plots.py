"""The paper's four figures, for all methods of a comparison, as SVG files."""

import dataclasses
import pathlib
from collections.abc import Callable, Sequence

import numpy as np

from trainers.comparison.results import Cell
from trainers.report.plot_spec import PlotSpec
from trainers.report.svg_file import Line, write_comparison

_DASHED = "Dashed: without labels."


@dataclasses.dataclass(frozen=True)
class _Figure:
    """What one of the figures shows: of a method's cells, which points.

    The key gives every line's last value, where that is not the same for all.
    """

    spec: PlotSpec
    points: Callable[[list[Cell]], np.ndarray]
    last_values: bool = True


def write_plots(folder: pathlib.Path, cells: Sequence[Cell]) -> None:
    """Draws MAP and precision within radius 2 against bits, and, at the
    longest code, precision against recall and against the images returned.

    Args:
        folder: gets one SVG file a figure.
        cells: of all methods and code lengths.
    """
    titles = list(dict.fromkeys(cell.title for cell in cells))
    own = {t: [cell for cell in cells if cell.title == t] for t in titles}
    for figure in _figures(max(cell.bits for cell in cells)):
        lines = [
            Line(
                title,
                figure.points(own[title]),
                dashed=own[title][0].learns_from == "features",
                color=color,
            )
            for color, title in enumerate(titles)
        ]
        lines.sort(key=lambda line: -own[line.title][-1].metric("map"))
        path = folder / f"{figure.spec.key}.svg"
        write_comparison(
            path, figure.spec, lines, last_values=figure.last_values
        )


def _figures(longest: int) -> list[_Figure]:
    """The figures of the paper's section 4, in its order."""

    def against_bits(metric: str) -> Callable[[list[Cell]], np.ndarray]:
        return lambda own: np.array(
            [(cell.bits, cell.metric(metric)) for cell in own]
        )

    def curve(name: str) -> Callable[[list[Cell]], np.ndarray]:
        return lambda own: next(
            (c.curves[name] for c in own if c.bits == longest),
            np.empty([0, 2]),
        )

    words = f"Codes of {longest} bits. {_DASHED}"
    return [
        _Figure(
            PlotSpec(
                key="precision_radius_2",
                title="Precision within Hamming radius 2",
                caption=f"Queries that find nothing count as 0. {_DASHED}",
                x_label="bits",
            ),
            against_bits("precision_radius_2"),
        ),
        _Figure(
            PlotSpec(
                key="precision_recall",
                title="Precision against recall",
                caption=words,
                x_label="recall",
                x_range=(0.0, 1.0),
            ),
            curve("precision_recall"),
            last_values=False,
        ),
        _Figure(
            PlotSpec(
                key="precision_at_n",
                title="Precision against images returned",
                caption=words,
                x_label="images returned",
                log_x=True,
            ),
            curve("precision_at_n"),
            last_values=False,
        ),
        _Figure(
            PlotSpec(
                key="map",
                title="Mean average precision",
                caption=f"Over all orders of equal distances. {_DASHED}",
                x_label="bits",
            ),
            against_bits("map"),
        ),
    ]
