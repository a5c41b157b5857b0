"""The plots of the results, one folder per section."""

import itertools
import pathlib
from collections.abc import Iterator, Sequence

import numpy as np

from tools.results import titles
from tools.results.folders import Results, Run
from trainers.comparison.plots import figures
from trainers.report import paper_figures
from trainers.report.plot_spec import Line, PlotSpec
from trainers.report.plots import write_plot

_GREY = 11


def write_plots(folder: pathlib.Path, results: Results) -> list[PlotSpec]:
    """Writes one section's plots as KEY.svg; returns their specs."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        spec
        for spec, lines in [*_figures(results), *_history_plots(results)]
        if write_plot(folder / f"{spec.key}.svg", spec, lines)
    ]


def _figures(results: Results) -> Iterator[tuple[PlotSpec, list[Line]]]:
    """Yields the figures that compare several methods.

    The methods are those on one kind of features: GIST, if there are any.
    """
    kinds = sorted(
        {one.features for one in results.comparisons},
        key=lambda features: features != "gist",
    )
    methods = titles.method_results(results, kinds[:1])
    table = paper_figures.reported(*results.sections[0])
    for spec, lines in figures(methods) if methods else []:
        columns = {x for line in lines for x in line.points[:, 0]}
        if len(lines) < 2 or len(columns) < 2:
            continue
        if table and spec.key == "map":
            row = table.rows[paper_figures.METHOD]
            points = np.array(list(zip(paper_figures.BITS, row, strict=True)))
            name = f"{paper_figures.METHOD}, as reported"
            lines.append(Line(points, name, color=_GREY))
        yield spec, lines


def _history_plots(results: Results) -> Iterator[tuple[PlotSpec, list[Line]]]:
    """Yields validation MAP by epoch: of the networks, of the ablations."""
    for key, title in {
        "training": "Validation MAP while training",
        "ablation": "Validation MAP of the ablations",
    }.items():
        wanted = key == "ablation"
        runs = [run for run in results.runs if run.ablation == wanted]
        spec = PlotSpec(
            key,
            title,
            "On held-out training images.",
            x_label="epoch",
            y_step=0.05,
            whole_x=True,
        )
        yield spec, _history_lines(runs)


def _history_lines(runs: Sequence[Run]) -> list[Line]:
    """Returns one line per network and code length: its first seed."""
    lines = []
    for (_, bits), seeds in itertools.groupby(runs, lambda r: r.experiment):
        run = next(seeds)
        points = [(r["epoch"], r["validation_map"]) for r in run.history]
        title = titles.run_title(run).replace("`", "")
        lines.append(Line(np.array(points, float), f"{title}, {bits} bits"))
    return lines
