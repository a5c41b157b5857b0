"""The plots of the results, one folder a section."""

import dataclasses
import pathlib
import statistics
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from tools.results import titles
from tools.results.folders import Comparison, Results, Run
from trainers.comparison.settings import METHODS
from trainers.report import paper_figures
from trainers.report.plot_spec import PlotSpec
from trainers.report.svg_file import Line, write_comparison

_GREY = 11
_DASHED = "Dashed: without labels."
_AGAINST_BITS = {
    "map": ("Mean average precision", "Over all orders of equal distances."),
    "precision_radius_2": (
        "Precision within Hamming radius 2",
        "Queries that find nothing count as 0.",
    ),
}
_CURVES: dict[str, dict[str, Any]] = {
    "precision_recall": {
        "title": "Precision against recall",
        "x_label": "recall",
        "x_range": (0.0, 1.0),
    },
    "precision_at_n": {
        "title": "Precision against images returned",
        "x_label": "images returned",
        "log_x": True,
    },
}


@dataclasses.dataclass(frozen=True)
class _Plot:
    """A plot to be drawn; `ordered` by the last values of its lines."""

    spec: PlotSpec
    lines: list[Line]
    ordered: bool = True


@dataclasses.dataclass(frozen=True)
class _Entry:
    """A network or method of a section.

    `values` gives a metric by bits, `curve` the points of a named curve at
    some bits, or none.
    """

    title: str
    dashed: bool
    bits: list[int]
    values: Callable[[str], list[tuple[int, float]]]
    curve: Callable[[str, int], np.ndarray | None]


def write_plots(folder: pathlib.Path, results: Results) -> list[PlotSpec]:
    """Draws one section.

    Args:
        folder: gets KEY.svg for every plot.
        results: of the section.

    Returns:
        What was drawn, in order.
    """
    folder.mkdir(parents=True, exist_ok=True)
    entries = [*_networks(results), *_methods(results)]
    plots = [
        *_plots_against_bits(entries, results),
        *_plots_of_curves(entries),
        *_history_plots(results),
    ]
    return [
        plot.spec
        for plot in plots
        if write_comparison(
            folder / f"{plot.spec.key}.svg",
            plot.spec,
            plot.lines,
            last_values=plot.ordered,
        )
    ]


def _networks(results: Results) -> Iterator[_Entry]:
    runs = [run for run in results.runs if not run.ablation]
    for family, own in titles.families(runs).items():
        yield _network(titles.family_title(family, own), own)


def _network(title: str, runs: Sequence[Run]) -> _Entry:
    bits = sorted({run.bits for run in runs})

    def values(metric: str) -> list[tuple[int, float]]:
        found = []
        for b in bits:
            scores = [r.metric(metric) for r in runs if r.bits == b]
            known = [score for score in scores if score is not None]
            if known:
                found.append((b, statistics.mean(known)))
        return found

    def curve(key: str, b: int) -> np.ndarray | None:
        """The first seed's."""
        own = (r.curves[key] for r in runs if r.bits == b and key in r.curves)
        return next(own, None)

    return _Entry(title.replace("`", ""), False, bits, values, curve)


def _methods(results: Results) -> Iterator[_Entry]:
    """The methods on one kind of features: GIST, where there is one."""
    ranked = sorted(results.comparisons, key=lambda c: c.features != "gist")
    for one in ranked:
        if one.features == ranked[0].features:
            yield from (_method(one, name) for name in one.methods)


def _method(one: Comparison, name: str) -> _Entry:
    own = {bits: cell for (m, bits), cell in one.cells.items() if m == name}

    def values(metric: str) -> list[tuple[int, float]]:
        return [(bits, own[bits]["metrics"][metric]) for bits in sorted(own)]

    def curve(key: str, bits: int) -> np.ndarray | None:
        kept = one.curves.get(name, {}) if bits == one.bits[-1] else {}
        return kept.get(key)

    method = METHODS[name]
    return _Entry(
        method.title, not method.supervised, sorted(own), values, curve
    )


def _plots_against_bits(
    entries: Sequence[_Entry], results: Results
) -> Iterator[_Plot]:
    """Where there are several methods and code lengths."""
    if len(entries) < 2 or len({b for e in entries for b in e.bits}) < 2:
        return
    table = paper_figures.reported(*results.sections[0])
    for key, (title, caption) in _AGAINST_BITS.items():
        lines = [
            Line(entry.title, np.array(entry.values(key)), entry.dashed)
            for entry in entries
        ]
        if table and key == "map":
            row = table.rows[paper_figures.METHOD]
            points = np.array(list(zip(paper_figures.BITS, row, strict=True)))
            name = f"{paper_figures.METHOD}, as reported"
            lines.append(Line(name, points, color=_GREY))
        words = f"{caption} {_DASHED}"
        yield _Plot(PlotSpec(key, title, words, "bits"), lines)


def _plots_of_curves(entries: Sequence[_Entry]) -> Iterator[_Plot]:
    """At the longest codes, where several have the curve; best first."""
    longest = max((b for entry in entries for b in entry.bits), default=0)
    for key, options in _CURVES.items():
        found = []
        for color, entry in enumerate(entries):
            points = entry.curve(key, longest)
            if points is not None:
                score = dict(entry.values("map"))[longest]
                line = Line(entry.title, points, entry.dashed, color)
                found.append((score, line))
        found.sort(key=lambda pair: -pair[0])
        if len(found) > 1:
            words = f"Codes of {longest} bits, by falling MAP. {_DASHED}"
            spec = PlotSpec(key=key, caption=words, **options)
            yield _Plot(spec, [line for _, line in found], ordered=False)


def _history_plots(results: Results) -> Iterator[_Plot]:
    """Validation MAP by epoch: of the networks, and of the ablations."""
    for key, title in {
        "training": "Validation MAP while training",
        "ablation": "Validation MAP of the ablations",
    }.items():
        wanted = key == "ablation"
        runs = [run for run in results.runs if run.ablation == wanted]
        caption = "On held-out training images."
        spec = PlotSpec(key, title, caption, "epoch", whole_x=True)
        yield _Plot(spec, _history_lines(runs))


def _history_lines(runs: Sequence[Run]) -> list[Line]:
    """The first seed of every network and length."""
    first: dict[tuple[str, int], Run] = {}
    for run in runs:
        first.setdefault((run.family, run.bits), run)
    lines = []
    for (family, bits), run in first.items():
        points = [
            (record.epoch, record.validation_map)
            for record in run.history
            if record.validation_map is not None
        ]
        if run.ablation:
            title = titles.ablation_title(family)
        else:
            title = titles.family_title(family, [run]).replace("`", "")
        lines.append(Line(f"{title}, {bits} bits", np.array(points)))
    return lines
