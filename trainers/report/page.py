"""The report of a run: one self-contained HTML page."""

import functools
import pathlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tf_dnnh.data.datasets import DATASETS, dataset_title
from tf_dnnh.metrics.bit_health import (
    REPEATED_CORRELATION,
    bit_health,
    bit_moments,
    strongest_pair,
)
from tf_dnnh.runs.run_folder import Curves, EpochRecord, RunFolder
from trainers.config import Config
from trainers.report import (
    class_plots,
    paper_figures,
    pictures,
    rendering,
    words,
)
from trainers.report.chance import chance, relevant_shares
from trainers.report.classes import NEAREST, class_report
from trainers.report.metric_titles import CONVENTIONS, METRICS
from trainers.report.plot_spec import SMALL, Line, PlotSpec
from trainers.report.plots import Plot, lay_out

# An axis of counts is logarithmic if its ends have a larger ratio.
_LOG_RATIO = 200.0
# Files that the page links to, since they lie beside it.
DATA_FILES = (
    "result.json",
    "config.json",
    "split.json",
    "history.csv",
    "curves.csv",
    "codes.npz",
    "data_problems.csv",
)


def write_report(workdir: pathlib.Path) -> pathlib.Path:
    """Builds `report.html` from the other files of a run folder.

    The page is self-contained: styles, pictures and plots are embedded.
    Returns its path; raises `RunError` for a file that is missing, damaged or
    incomplete.
    """
    path = pathlib.Path(workdir) / "report.html"
    rendering.write(path, "report.html.j2", _context(RunFolder(path.parent)))
    return path


def _context(run: RunFolder) -> dict[str, Any]:
    """Returns the variables of the template."""
    result, split = run.read_result(), run.read_split()
    config = Config.from_json(run.read_config())
    codes, neighbours = run.read_codes(), run.read_neighbours()
    floor = chance(codes["query_labels"], codes["database_labels"])
    table = paper_figures.reported(result["dataset"], result["protocol"])
    reported = table.at(result["bits"]) if table else {}
    return {
        "title": dataset_title(result["dataset"]),
        "first": first_metric(result),
        "result": result,
        "config": config.flat(),
        "split": split,
        "command": words.command(config),
        "data_notes": words.data_notes(split),
        "queries": len(codes["query_codes"]),
        "database": len(codes["database_codes"]),
        "chance": floor,
        "paper": reported.get(paper_figures.METHOD),
        "bars": _bars(reported, result["metrics"]["map"]),
        "table": table,
        "table_bits": paper_figures.BITS,
        "METRICS": METRICS,
        "CONVENTIONS": CONVENTIONS,
        "curves": _curve_plots(run.read_curves(), floor),
        "history": _history_plots(run.read_history(), result.get("epoch")),
        "shown_metrics": shown_metrics(result, codes),
        **_class_section(result, codes, neighbours),
        "files": [name for name in DATA_FILES if run.has(name)],
        "health": _health(result["bit_health"], codes["database_codes"]),
        "rows": pictures.query_rows(neighbours),
        "row_count": len(neighbours["query_images"]),
    }


def first_metric(result: Mapping[str, Any]) -> str:
    """Returns the metric that the report shows first.

    Where almost the whole database was trained on, it is MAP of unseen images.
    """
    spec = DATASETS.get(result["dataset"])
    known = result["metrics"].get("map_unseen") is not None
    return "map_unseen" if spec and spec.unseen_first and known else "map"


def _bars(
    reported: Mapping[str, float], score: float
) -> list[tuple[str, float, bool]]:
    """Ranks this run among the methods in the paper's table."""
    if not reported:
        return []
    bars = [(name, value, False) for name, value in reported.items()]
    return sorted([*bars, ("this run", score, True)], key=lambda bar: -bar[1])


def _curve_plots(curves: Curves, floor: float) -> list[Plot]:
    """Plots the curves of the evaluation."""
    plots = [
        lay_out(spec, [Line(curves[spec.key])])
        for spec in curve_specs(curves, floor)
    ]
    return [plot for plot in plots if plot]


def curve_specs(curves: Curves, floor: float | None) -> list[PlotSpec]:
    """Describes the plots of the curves, in the order of a page.

    Args:
        curves: the curves of a run, which determine the axes.
        floor: precision of a random order, None for no line.
    """
    ranks = curves["precision_at_n"][:, 0]
    log_ranks = bool(ranks.max() > _LOG_RATIO * max(ranks.min(), 1.0))
    reference = None if floor is None else (floor, "chance")
    curve = functools.partial(PlotSpec, y_range=(0.0, 1.0), reference=reference)
    return [
        curve(
            key="precision_recall",
            title="Precision against recall",
            caption="Precision as more of the relevant images are found.",
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


def _history_plots(
    history: Sequence[EpochRecord], chosen: int | None
) -> list[Plot]:
    """Plots the training history, one small plot per column.

    A vertical line marks the chosen epoch.
    """
    columns = {
        "loss": ("Loss", "Mean triplet loss per epoch."),
        "active_share": (
            "Active triplets",
            "Share of triplets that still violate the margin.",
        ),
        "validation_map": (
            "Validation MAP",
            "On held-out images; selects the model.",
        ),
        "learning_rate": ("Learning rate", "Step size of the optimiser."),
        "epsilon": ("Epsilon", "Half-width of the threshold's linear band."),
        "images_per_second": ("Speed", "Training images per second."),
    }
    plots = []
    known = [key for key in columns if key in history[0]]
    others = [key for key in history[0] if key not in (*columns, "epoch")]
    for key in known + others:
        title, caption = columns.get(key, (key.replace("_", " "), ""))
        points = np.array([(one["epoch"], one[key]) for one in history], float)
        spec = PlotSpec(
            key=key,
            title=title,
            caption=caption,
            x_label="epoch",
            frame=SMALL,
            x_range=(0.0, float(points[-1, 0])),
            whole_x=True,
            log_y=key == "loss" and _falls_far(points[:, 1]),
            mark=(chosen, f"chosen: epoch {chosen}") if chosen else None,
        )
        plots.append(lay_out(spec, [Line(points)]))
    return [plot for plot in plots if plot]


def _falls_far(values: np.ndarray) -> bool:
    positive = values[np.isfinite(values) & (values > 0)]
    return len(positive) > 1 and positive.max() > _LOG_RATIO * positive.min()


def shown_metrics(
    result: Mapping[str, Any], codes: Mapping[str, np.ndarray]
) -> list[tuple[str, float | None, float | None]]:
    """Leaves out metrics of more results than the database has.

    Returns:
        Metric, value and, where a perfect ranking would not reach 1, the value
        that it would reach.
    """
    database = len(codes["database_codes"])
    rows = []
    for key, value in result["metrics"].items():
        if beyond(key, database):
            continue
        best = None
        if key.startswith("precision_at_"):
            best = best_precision(codes, int(key.rpartition("_")[2]))
        rows.append((key, value, best if best and best < 0.9995 else None))
    return rows


def beyond(metric: str, database: int) -> bool:
    """Returns whether a metric counts more results than the database has.

    Example:
        >>> beyond("map_at_5000", 1497), beyond("precision_at_100", 1497)
        (True, False)
    """
    count = re.search(r"_at_(\d+)$", metric)
    return count is not None and int(count[1]) > database


def best_precision(codes: Mapping[str, np.ndarray], count: int) -> float:
    """Computes the precision of a perfect ranking, at `count` results."""
    floors = relevant_shares(codes["query_labels"], codes["database_labels"])
    relevant = floors * len(codes["database_codes"])
    return float(np.minimum(relevant / count, 1).mean())


def _class_section(
    result: Mapping[str, Any],
    codes: Mapping[str, np.ndarray],
    neighbours: Mapping[str, np.ndarray],
) -> dict[str, Any]:
    """Returns the variables of the section on classes."""
    top_n = result["conventions"].get("map_top_n")
    report = class_report(codes, result["bits"], top_n)
    return {
        "class_bars": class_plots.class_bars(report),
        "class_count": len(report.names),
        "class_names": report.names,
        "confusion": report.confusion,
        "confused": report.confused(),
        "nearest": min(NEAREST, len(codes["database_codes"])),
        "tied_first": report.tied,
        "distances": class_plots.distance_plot(report),
        "plane": class_plots.plane(neighbours),
    }


def _health(health: Mapping[str, Any], packed: np.ndarray) -> dict[str, Any]:
    """Adds pictures and notes to the stored bit health."""
    bits = len(health["balance"])
    if "grade" not in health:  # A result of an older version.
        health = bit_health(packed, bits) | dict(health)
    _, correlation = bit_moments(packed, bits)
    pair = strongest_pair(correlation)
    if pair and abs(pair[2]) > REPEATED_CORRELATION:
        pair = None  # The reasons name it.
    return {
        **health,
        "matrix": pictures.correlation_uri(correlation),
        "legend": pictures.correlation_legend(),
        "notes": words.health_notes(health, pair, len(packed)),
    }
