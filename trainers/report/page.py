"""The run folder's report page: one self-contained file to look at."""

import dataclasses
import functools
import pathlib
from typing import Any

import numpy as np

from tf_dnnh import files
from tf_dnnh.metrics.bit_health import bit_moments
from tf_dnnh.runs.run_folder import Curves, RunFolder
from trainers.report import metric_table, paper_figures, words
from trainers.report.data_notes import data_notes
from trainers.report.neighbours import query_rows
from trainers.report.numbers import chance, strongest_pair
from trainers.report.pictures import correlation_legend, correlation_uri
from trainers.report.plot_spec import SMALL, PlotSpec
from trainers.report.plots import LinePlot, line_plot

_TEMPLATES = pathlib.Path(__file__).parent / "templates"
# Beyond this ratio of its ends, an axis of counts is logarithmic.
_LOG_RATIO = 200.0


@dataclasses.dataclass(frozen=True)
class _Run:
    """What a page shows; `history` maps a column to float64 [epochs]."""

    workdir: pathlib.Path
    config: dict[str, Any]
    result: dict[str, Any]
    split: dict[str, Any]
    curves: Curves
    history: dict[str, np.ndarray]
    codes: dict[str, np.ndarray]
    neighbours: dict[str, np.ndarray]

    @property
    def bits(self) -> int:
        """Length of the codes."""
        return int(self.result["bits"])


def _read(folder: RunFolder) -> _Run:
    records = folder.read_history()
    return _Run(
        workdir=folder.path,
        config=folder.read_config(),
        result=folder.read_result(),
        split=folder.read_split(),
        curves=folder.read_curves(),
        history={
            key: np.array([record[key] for record in records], float)
            for key in records[0]
        },
        codes=folder.read_codes(),
        neighbours=folder.read_neighbours(),
    )


def write_report(workdir: pathlib.Path) -> pathlib.Path:
    """Builds `report.html` from the other files of a run folder.

    The page needs nothing else: styles, pictures and plots are inside it.
    It is written beside the old one and renamed, so a reader never sees half
    a page.

    Args:
        workdir: the run folder.

    Returns:
        The path of the page.

    Raises:
        RunError: for a file that is missing, unreadable or incomplete.
    """
    # Imported here: a training process that writes no report needs no Jinja.
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    run = _read(RunFolder(pathlib.Path(workdir)))
    page = environment.get_template("report.html.j2").render(_context(run))
    path = run.workdir / "report.html"
    with files.replacing(path) as beside:
        beside.write_text(page, encoding="utf-8")
    return path


def _context(run: _Run) -> dict[str, Any]:
    """Everything the template shows."""
    floor = chance(run.codes["query_labels"], run.codes["database_labels"])
    dataset = str(run.result["dataset"])
    table = paper_figures.reported(dataset, str(run.result["protocol"]))
    reported = table.at(run.bits) if table else {}
    return {
        "dataset": words.DATASET_TITLES.get(dataset, dataset),
        "bits": run.bits,
        "result": run.result,
        "queries": len(run.codes["query_codes"]),
        "database": len(run.codes["database_codes"]),
        "headline": _headline(run, floor, reported),
        "metrics": metric_table.metric_rows(
            run.result["metrics"],
            reported.get(paper_figures.METHOD),
            run.result["conventions"].get("map_top_n"),
        ),
        "conventions": metric_table.convention_rows(
            run.result["conventions"], floor
        ),
        "paper": _paper(run, table, reported),
        "curves": _curve_plots(run, floor),
        "history": _history_plots(run),
        "health": _health(run),
        "rows": query_rows(run.neighbours),
        "row_count": len(run.neighbours["query_images"]),
        "setup": _setup(run),
    }


def _headline(
    run: _Run, floor: float, reported: dict[str, float]
) -> dict[str, Any]:
    metrics = run.result["metrics"]
    paper = reported.get(paper_figures.METHOD)
    value = metrics["map"]
    return {
        "map": value,
        "worst": metrics.get("map_worst_ties", value),
        "best": metrics.get("map_best_ties", value),
        "chance": floor,
        "paper": paper,
        "difference": (None if paper is None else words.signed(value - paper)),
    }


def _paper(
    run: _Run,
    table: paper_figures.ReportedTable | None,
    reported: dict[str, float],
) -> dict[str, Any] | None:
    """The paper's methods with this run among them, best first."""
    if table is None:
        return None
    bars = [(name, value, False) for name, value in reported.items()]
    if bars:
        bars.append(("this run", float(run.result["metrics"]["map"]), True))
    return {
        "bars": sorted(bars, key=lambda bar: -bar[1]),
        "table": table,
        "bits": paper_figures.BITS,
    }


def _curve_plots(run: _Run, floor: float) -> list[LinePlot]:
    """The evaluation's curves, in the order of the page."""
    ranks = run.curves.get("precision_at_n", np.ones((1, 2)))[:, 0]
    log_ranks = bool(ranks.max() > _LOG_RATIO * max(ranks.min(), 1.0))
    curve = functools.partial(
        PlotSpec, y_range=(0.0, 1.0), reference=(floor, "chance")
    )
    specs = [
        curve(
            key="precision_recall",
            title="Precision against recall",
            caption="How pure the results stay while more is found.",
            x_label="recall",
            x_range=(0.0, 1.0),
        ),
        curve(
            key="precision_at_n",
            title="Precision at N",
            caption="Share of relevant images among the first N.",
            x_label="results N",
            whole_x=True,
            log_x=log_ranks,
        ),
        curve(
            key="recall_at_n",
            title="Recall at N",
            caption="Share of all relevant images among the first N.",
            x_label="results N",
            whole_x=True,
            log_x=log_ranks,
            reference=None,
        ),
        curve(
            key="precision_at_radius",
            title="Precision within a radius",
            caption="Share of relevant images up to a Hamming distance.",
            x_label="radius in bits",
            whole_x=True,
        ),
    ]
    nothing = np.empty((0, 2))
    plots = [line_plot(s, run.curves.get(s.key, nothing)) for s in specs]
    return [plot for plot in plots if plot]


def _history_plots(run: _Run) -> list[LinePlot]:
    """The training history, one small plot a column that was recorded."""
    words = {
        "loss": ("Loss", "Mean triplet loss of an epoch."),
        "active_share": (
            "Active triplets",
            "Share that still violates the margin.",
        ),
        "validation_map": (
            "Validation MAP",
            "On held-out images; picks the model.",
        ),
        "learning_rate": ("Learning rate", "Step size of the optimiser."),
        "epsilon": ("Epsilon", "Half-width of the threshold's linear band."),
        "images_per_second": ("Speed", "Training images a second."),
    }
    epochs = run.history["epoch"]
    plots = []
    for key, (title, caption) in words.items():
        spec = PlotSpec(
            key=key,
            title=title,
            caption=caption,
            x_label="epoch",
            frame=SMALL,
            x_range=(0.0, float(epochs[-1])),
            whole_x=True,
        )
        points = np.stack([epochs, run.history[key]], axis=1)
        plots.append(line_plot(spec, points))
    return [plot for plot in plots if plot]


def _health(run: _Run) -> dict[str, Any]:
    health = run.result["bit_health"]
    packed = run.codes["database_codes"]
    _, correlation = bit_moments(packed, run.bits)
    pair = strongest_pair(correlation)
    distinct = health.get("distinct_codes", len(np.unique(packed, axis=0)))
    return {
        "collapsed": bool(health["collapsed"]),
        "balance": [
            (i + 1, float(p), words.is_lopsided(p))
            for i, p in enumerate(health["balance"])
        ],
        "mean_entropy": words.score(health.get("mean_entropy")),
        "max_abs_correlation": words.score(health.get("max_abs_correlation")),
        "in_band": words.percent(health.get("in_band")),
        "distinct": distinct,
        "matrix": correlation_uri(correlation),
        "legend": correlation_legend(),
        "notes": words.health_notes(
            health["balance"], pair, distinct, len(packed)
        ),
    }


def _setup(run: _Run) -> dict[str, Any]:
    time = run.result["time"]
    speed = time.get("images_per_second")
    versions = run.result["versions"]
    return {
        "command": words.command(run.config),
        "train_time": words.duration(time.get("train_seconds")),
        "evaluate_time": words.duration(time.get("evaluate_seconds")),
        "speed": "–" if speed is None else words.number(speed),
        "split": words.split_rows(run.split),
        "notes": data_notes(run.split),
        "config": {k: v for k, v in run.config.items() if k != "versions"},
        "versions": versions,
    }
