"""The page that shows several runs side by side."""

import dataclasses
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tf_dnnh.data.datasets import dataset_title
from tf_dnnh.runs.run_folder import Curves, EpochRecord, RunFolder
from trainers.config import read_config
from trainers.report import rendering
from trainers.report.classes import ClassReport, class_report
from trainers.report.metric_titles import METRICS
from trainers.report.page import beyond, curve_specs
from trainers.report.plot_spec import Line, PlotSpec
from trainers.report.plots import COLORS, Plot, lay_out

_HISTORY = (
    ("loss", "Loss", "Mean loss per epoch."),
    ("validation_map", "Validation MAP", "On held-out images."),
)


@dataclasses.dataclass(frozen=True)
class _Run:
    """What the page shows of a run."""

    name: str
    link: str
    result: dict[str, Any]
    settings: dict[str, Any]
    curves: Curves
    history: list[EpochRecord]
    classes: ClassReport
    database: int


def write_comparison(path: Path, folders: Sequence[Path]) -> Path:
    """Writes the page; returns its path.

    Args:
        path: the page.
        folders: two or more folders of finished runs.

    Raises:
        RunError: a file of a run is missing, damaged or incomplete.
    """
    runs = [
        _read(folder, name, path.absolute().parent)
        for folder, name in zip(folders, _names(folders), strict=True)
    ]
    rendering.write(path, "comparison.html.j2", _context(runs))
    return path


def _read(folder: Path, name: str, start: Path) -> _Run:
    run = RunFolder(folder)
    result = run.read_result()
    top_n = result["conventions"].get("map_top_n")
    codes = run.read_codes()
    report = folder.absolute() / "report.html"
    return _Run(
        name=name,
        link=Path(os.path.relpath(report, start)).as_posix(),
        result=result,
        settings=read_config(run).flat(),
        curves=run.read_curves(),
        history=run.read_history(),
        classes=class_report(codes, result["bits"], top_n),
        database=len(codes["database_codes"]),
    )


def _names(folders: Sequence[Path]) -> list[str]:
    """Names runs by their folders, with as many parents as tell them apart."""
    parts = [folder.absolute().parts for folder in folders]
    for count in range(1, max(map(len, parts)) + 1):
        names = ["/".join(one[-count:]) for one in parts]
        if len(set(names)) == len(names):
            break
    return names


def _context(runs: Sequence[_Run]) -> dict[str, Any]:
    """Returns the variables of the template."""
    splits = {run.result["split_sha256"] for run in runs}
    datasets = dict.fromkeys(dataset_title(r.result["dataset"]) for r in runs)
    return {
        "title": " and ".join(datasets),
        "runs": runs,
        "colors": [COLORS[place % len(COLORS)] for place in range(len(runs))],
        "same_split": len(splits) == 1,
        "rows": _metric_rows(runs),
        "METRICS": METRICS,
        "differences": _differences(runs),
        "classes": _class_rows(runs),
        "curves": _curve_plots(runs),
        "history": _history_plots(runs),
    }


def _metric_rows(
    runs: Sequence[_Run],
) -> list[tuple[str, list[float | None], float | None]]:
    """Returns metrics that all runs have: name, values, and the best one.

    Metrics of more results than a database has are left out. Of the share of
    empty balls, the smallest value is the best.
    """
    shared = [
        key
        for key in runs[0].result["metrics"]
        if all(key in run.result["metrics"] for run in runs)
        and not any(beyond(key, run.database) for run in runs)
    ]
    rows = []
    for key in shared:
        values = [run.result["metrics"][key] for run in runs]
        choose = min if key.startswith("empty") else max
        known = [value for value in values if value is not None]
        best = choose(known) if len(set(known)) > 1 else None
        rows.append((key, values, best))
    return rows


def _differences(runs: Sequence[_Run]) -> list[tuple[str, list[Any]]]:
    """Returns the settings in which the runs differ."""
    ignored = {"workdir", "data_dir", "download", "cache_dir"}
    columns = {
        name: [run.settings[name] for run in runs]
        for name in runs[0].settings
        if name not in ignored
    }
    return [
        (name, values)
        for name, values in columns.items()
        if any(value != values[0] for value in values)
    ]


def _class_rows(
    runs: Sequence[_Run],
) -> list[tuple[str, list[float | None]]]:
    """Returns the MAP of the classes that every run has, in its order."""
    found = [
        dict(zip(r.classes.names, r.classes.scores, strict=True)) for r in runs
    ]
    return [
        (name, [scores[name] for scores in found])
        for name in runs[0].classes.names
        if all(name in scores for scores in found)
    ]


def _curve_plots(runs: Sequence[_Run]) -> list[Plot]:
    """Plots each curve of all runs on the same axes."""
    plots = [
        lay_out(
            dataclasses.replace(spec, last_values=False),
            [Line(run.curves[spec.key], run.name) for run in runs],
        )
        for spec in curve_specs(runs[0].curves, None)
    ]
    return [plot for plot in plots if plot]


def _history_plots(runs: Sequence[_Run]) -> list[Plot]:
    """Plots the training histories on the same axes."""
    plots = []
    for key, title, caption in _HISTORY:
        lines = [
            Line(
                np.array(
                    [(one["epoch"], one.get(key)) for one in run.history],
                    float,
                ),
                run.name,
            )
            for run in runs
        ]
        spec = PlotSpec(
            key=key,
            title=title,
            caption=caption,
            x_label="epoch",
            whole_x=True,
            last_values=False,
        )
        plots.append(lay_out(spec, lines))
    return [plot for plot in plots if plot]
