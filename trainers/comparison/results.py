"""Results of a comparison, read back from its files."""

import csv
import dataclasses
import json
import pathlib
from collections.abc import Iterable
from typing import Any

import numpy as np

from trainers.comparison.settings import METHODS
from trainers.config import ConfigError
from trainers.report import paper_figures

Curves = dict[str, np.ndarray]


@dataclasses.dataclass(frozen=True)
class Cell:
    """One method at one code length.

    Attributes:
        title: of the method.
        bits: length of the codes.
        learns_from: what the method was given: features, or labels too.
        reported: the method's row in the paper's table, or None.
        result: what its JSON file holds.
        curves: by name, float [n, 2] of x and y.
    """

    title: str
    bits: int
    learns_from: str
    reported: str | None
    result: dict[str, Any]
    curves: Curves

    def metric(self, name: str) -> float:
        """One of the result's metrics."""
        return float(self.result["metrics"][name])


def read_cells(folder: pathlib.Path) -> list[Cell]:
    """Reads every finished cell, methods in the order of `METHODS`.

    Args:
        folder: holds METHOD-BITS.json and .csv.

    Returns:
        The cells, by method and rising bits.
    """
    cells = []
    for name, method in METHODS.items():
        for path in folder.glob(f"{name}-*.json"):
            result = json.loads(path.read_text(encoding="utf-8"))
            cell = Cell(
                method.title,
                int(result["bits"]),
                method.learns_from,
                method.reported,
                result,
                read_curves(path.with_suffix(".csv")),
            )
            cells.append(cell)
    order = [method.title for method in METHODS.values()]
    return sorted(cells, key=lambda c: (order.index(c.title), c.bits))


def read_runs(folders: Iterable[pathlib.Path], split_sha256: str) -> list[Cell]:
    """Reads run folders of trained networks.

    Args:
        folders: written by `trainers.main`.
        split_sha256: of the comparison; a run on other images is refused.

    Returns:
        A cell a run, by rising bits.

    Raises:
        ConfigError: a run has another split.
    """
    cells = []
    for folder in folders:
        result = json.loads((folder / "result.json").read_text("utf-8"))
        if result["split_sha256"] != split_sha256:
            raise ConfigError(
                f"`--runs`: {folder} was trained on another split "
                f"({result['dataset']}, {result['protocol']}, seed "
                f"{result['seed']}): give one of this data set, protocol and "
                "seed."
            )
        cell = Cell(
            f"{paper_figures.METHOD}, {result['backbone']}",
            int(result["bits"]),
            "pixels and labels",
            paper_figures.METHOD,
            result,
            read_curves(folder / "curves.csv"),
        )
        cells.append(cell)
    return sorted(cells, key=lambda cell: (cell.title, cell.bits))


def read_curves(path: pathlib.Path) -> Curves:
    """Reads a `curves.csv`: by name of the curve, float [n, 2]."""
    points: dict[str, list[tuple[float, float]]] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            point = float(row["x"]), float(row["y"])
            points.setdefault(row["curve"], []).append(point)
    return {name: np.array(values) for name, values in points.items()}
