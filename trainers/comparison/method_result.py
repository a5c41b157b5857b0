"""The scores of one hashing method at one code length."""

import dataclasses
import math
import pathlib
import statistics
from collections.abc import Iterable, Sequence
from typing import Any

from tf_dnnh.runs.run_folder import Curves, RunFolder, read_curves
from trainers.comparison.settings import METHODS
from trainers.config import ConfigError
from trainers.report import paper_figures


@dataclasses.dataclass(frozen=True)
class MethodResult:
    """One hashing method, or network, at one code length.

    Attributes:
        title: name in tables and plots, in Markdown.
        learns_from: the method's input, in words.
        reported: the method's row in the paper's table, or None.
        result: content of its JSON file.
        curves: by name, float64 [points, 2] of x and y.
        dashed: whether plots dash its line, as for methods without labels.
    """

    title: str
    learns_from: str
    reported: str | None
    result: dict[str, Any]
    curves: Curves
    dashed: bool = False

    @property
    def bits(self) -> int:
        """Length of the codes."""
        return int(self.result["bits"])

    def metric(self, name: str) -> float:
        """Returns one of the metrics, NaN if it is unknown."""
        value = self.result["metrics"].get(name)
        return math.nan if value is None else float(value)


def by_method(
    results: Iterable[MethodResult],
) -> list[list[MethodResult]]:
    """Groups the results of each method, in order of first appearance."""
    groups: dict[tuple[str, str], list[MethodResult]] = {}
    for one in results:
        groups.setdefault((one.title, one.learns_from), []).append(one)
    return list(groups.values())


def mean(results: Iterable[MethodResult], metric: str) -> float:
    """Returns the mean of a metric's known values, NaN if there are none."""
    known = [v for v in (one.metric(metric) for one in results) if v == v]
    return statistics.mean(known) if known else math.nan


def read_methods(
    cells: Iterable[dict[str, Any]], folder: pathlib.Path
) -> list[MethodResult]:
    """Adds titles and curves to the results of methods, and sorts them.

    Args:
        cells: contents of METHOD-BITS.json, in any order; other cells, such as
            those of runs, are left out.
        folder: holds METHOD-BITS.csv, the curves, if they were kept.
    """
    order = list(METHODS)
    known = [cell for cell in cells if cell.get("method") in METHODS]
    known.sort(key=lambda cell: (order.index(cell["method"]), cell["bits"]))
    results = []
    for cell in known:
        method = METHODS[cell["method"]]
        path = folder / f"{cell['method']}-{cell['bits']}.csv"
        results.append(
            MethodResult(
                method.title,
                method.learns_from,
                method.reported,
                cell,
                read_curves(path) if path.exists() else {},
                dashed=not method.supervised,
            )
        )
    return results


def read_runs(
    folders: Sequence[pathlib.Path], split_sha256: str
) -> list[MethodResult]:
    """Reads the runs of trained networks, sorted by title and bits.

    Raises:
        ConfigError: a run has another split than the comparison.
        RunError: a file of a run is missing or damaged.
    """
    results = []
    for run in map(RunFolder, folders):
        result = run.read_result()
        if result["split_sha256"] != split_sha256:
            raise ConfigError(
                f"`--runs`: {run.path} was trained on another split "
                f"({result['dataset']}, {result['protocol']}, seed "
                f"{result['seed']}): give a run of this data set, protocol "
                "and seed."
            )
        results.append(
            MethodResult(
                f"{paper_figures.METHOD}, {result['backbone']}",
                "pixels and labels",
                paper_figures.METHOD,
                result,
                run.read_curves(),
            )
        )
    return sorted(results, key=lambda one: (one.title, one.bits))
