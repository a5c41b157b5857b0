"""The folders of finished runs and comparisons, read and checked."""

import dataclasses
import functools
import json
import pathlib
import re
from collections.abc import Iterator
from typing import Any

from tf_dnnh.runs.history import EpochRecord, read_history
from trainers.comparison.results import Curves, read_curves
from trainers.comparison.settings import DEFAULT_METHODS, METHODS
from trainers.report import words

PLOTS = "plots"
NEEDED = ("result.json", "config.json")
# Data sets that the loader fetches, so that a command needs no folder.
FETCHED = ("cifar10", "digits", "fashion_mnist", "svhn")


class ResultsError(ValueError):
    """A folder that cannot be shown; the message names the file."""


@dataclasses.dataclass(frozen=True)
class Folder:
    """What runs and comparisons have in common.

    Attributes:
        name: of the folder.
        config: content of `config.json`.
        result: content of `result.json`.
    """

    name: str
    config: dict[str, Any]
    result: dict[str, Any]

    @property
    def section(self) -> tuple[str, str]:
        """Data set and protocol: what is compared with what.

        Runs on a miniature (`mini` in the folder's name) stand apart: nothing
        that is reported of the data set compares with them.
        """
        mini = "-mini" if "mini" in self.name.split("-") else ""
        return f"{self.result['dataset']}{mini}", str(self.result["protocol"])

    @property
    def machine(self) -> str:
        """Where it was measured."""
        return str(self.result.get("machine", "not recorded"))


@dataclasses.dataclass(frozen=True)
class Run(Folder):
    """A trained network.

    Attributes:
        history: one record an epoch; empty where none was kept.
        curves: of the evaluation, by name; empty where none were kept.
    """

    history: list[EpochRecord]
    curves: Curves

    @property
    def bits(self) -> int:
        """Length of the codes."""
        return int(self.result["bits"])

    @property
    def family(self) -> str:
        """What the folder is called before `-BITSb-SEED`."""
        return re.sub(r"-\d+b-\d+$", "", self.name)

    @property
    def ablation(self) -> bool:
        """Whether the run is there to be compared with its like only."""
        return "ablation" in self.family

    @property
    def command(self) -> str:
        """The command that repeats the run, in one line."""
        return words.command(self.config).replace(" \\\n    ", " ")

    @property
    def versions(self) -> dict[str, str]:
        """Packages that the numbers depend on."""
        return dict(self.result["versions"])

    def metric(self, name: str) -> float | None:
        """One of the result's metrics."""
        value = self.result["metrics"].get(name)
        return None if value is None else float(value)

    @property
    def validation_map(self) -> float | None:
        """Of the epoch that was kept."""
        kept = self.result.get("epoch")
        scores = {one.epoch: one.validation_map for one in self.history}
        if kept is None:
            # Results from before it was noted, of the best epoch each.
            return max((s for s in scores.values() if s), default=None)
        return scores.get(kept)


@dataclasses.dataclass(frozen=True)
class Comparison(Folder):
    """Methods without a network of their own, on one kind of features.

    Attributes:
        cells: results by method and bits.
        curves: of the longest codes, by method.
    """

    cells: dict[tuple[str, int], dict[str, Any]]
    curves: dict[str, Curves]

    @property
    def features(self) -> str:
        """What the methods start from, without the SHA-256 of a file."""
        return str(self.result["features"]).split()[0]

    @property
    def methods(self) -> list[str]:
        """Names of the methods, in the order of the table of methods."""
        present = {method for method, _ in self.cells}
        return [name for name in METHODS if name in present]

    @functools.cached_property
    def bits(self) -> list[int]:
        """Code lengths, rising."""
        return sorted({bits for _, bits in self.cells})

    @property
    def command(self) -> str:
        """The command that repeats the comparison."""
        dataset, protocol = self.result["dataset"], self.result["protocol"]
        words = ["python -m trainers.baselines", f"--dataset={dataset}"]
        if dataset not in FETCHED:
            words.append("--data_dir=DIR")
        if protocol != "lai2015":
            words.append(f"--protocol={protocol}")
        if self.features != "gist":
            words.append(f"--features={self.features}")
        if self.result["seed"]:
            words.append(f"--seed={self.result['seed']}")
        if self.methods != list(DEFAULT_METHODS):
            words.append(f"--methods={','.join(self.methods)}")
        if self.bits != [12, 24, 32, 48]:
            words.append(f"--bits={','.join(map(str, self.bits))}")
        return " ".join(words)

    @property
    def versions(self) -> dict[str, str]:
        """Packages that the numbers depend on."""
        return dict(next(iter(self.cells.values()))["versions"])

    @property
    def seconds(self) -> float:
        """Time that all cells took, without the features."""
        return sum(sum(cell["time"].values()) for cell in self.cells.values())


@dataclasses.dataclass(frozen=True)
class Results:
    """Everything that the page shows."""

    runs: list[Run]
    comparisons: list[Comparison]

    @property
    def sections(self) -> list[tuple[str, str]]:
        """Pairs of data set and protocol, CIFAR-10 first."""
        found = {folder.section for folder in [*self.runs, *self.comparisons]}
        first = ("cifar10", "nuswide", "digits")
        return sorted(
            found,
            key=lambda s: (first.index(s[0]) if s[0] in first else 9, s),
        )

    def of(self, section: tuple[str, str]) -> "Results":
        """What belongs to one section."""
        return Results(
            [run for run in self.runs if run.section == section],
            [one for one in self.comparisons if one.section == section],
        )


def result_folders(root: pathlib.Path) -> Iterator[pathlib.Path]:
    """Yields the folders under `root` that hold results, by name."""
    for folder in sorted(root.iterdir()):
        if folder.is_dir() and folder.name != PLOTS:
            yield folder


def read_results(root: pathlib.Path) -> Results:
    """Reads all folders under `root`.

    Raises:
        ResultsError: a file is missing or incomplete.
    """
    results = Results([], [])
    for folder in result_folders(root):
        result, config = (_read_json(folder / name) for name in NEEDED)
        try:
            if "cells" in result:
                one = _comparison(folder, config, result)
                results.comparisons.append(one)
            else:
                results.runs.append(_run(folder, config, result))
        except KeyError as error:
            raise ResultsError(
                f"{folder / 'result.json'} lacks {error.args[0]}."
            ) from error
    results.runs.sort(
        key=lambda run: (run.family, run.bits, run.result["seed"])
    )
    return results


def _run(
    folder: pathlib.Path, config: dict[str, Any], result: dict[str, Any]
) -> Run:
    _check(result, "dataset", "protocol", "bits", "seed", "backbone")
    _check(result, "versions", "conventions", "bit_health")
    _check(result["metrics"], "map")
    _check(
        result["time"],
        "train_seconds",
        "evaluate_seconds",
        "images_per_second",
    )
    curves = folder / "curves.csv"
    return Run(
        folder.name,
        config,
        result,
        read_history(folder / "history.csv", epochs=10**9),
        read_curves(curves) if curves.exists() else {},
    )


def _comparison(
    folder: pathlib.Path, config: dict[str, Any], result: dict[str, Any]
) -> Comparison:
    cells = {
        (cell["method"], int(cell["bits"])): cell
        for cell in result["cells"]
        if cell.get("method") in METHODS
    }
    _check(result, "dataset", "protocol", "seed", "features")
    if not cells:
        raise ResultsError(f"{folder / 'result.json'} has no cell.")
    longest = max(bits for _, bits in cells)
    curves = {}
    for name in METHODS:
        path = folder / "cells" / f"{name}-{longest}.csv"
        if path.exists():
            curves[name] = read_curves(path)
    return Comparison(folder.name, config, result, cells, curves)


def _check(content: dict[str, Any], *keys: str) -> None:
    """Raises `KeyError` for the first key that is not there."""
    for key in keys:
        content[key]


def _read_json(path: pathlib.Path) -> dict[str, Any]:
    if not path.is_file():
        raise ResultsError(
            f"{path} does not exist: `python -m tools.keep_results RUN NAME` "
            "writes a folder that is complete."
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ResultsError(f"{path} is no JSON: {error}.") from error
    if not isinstance(content, dict):
        raise ResultsError(f"{path} holds no JSON object.")
    return content
