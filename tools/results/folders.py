"""The folders of finished runs and comparisons in docs/results."""

import dataclasses
import pathlib
import re
from collections.abc import Iterator
from typing import Any

from tf_dnnh.data import DATASETS
from tf_dnnh.metrics.bit_health import grade
from tf_dnnh.runs.run_error import RunError
from tf_dnnh.runs.run_folder import Curves, EpochRecord, RunFolder, read_json
from trainers.comparison.method_result import MethodResult, read_methods
from trainers.comparison.settings import DEFAULT_METHODS
from trainers.config import Config
from trainers.report import words

PLOTS = "plots"


@dataclasses.dataclass(frozen=True)
class Folder:
    """The common part of runs and comparisons: a name and `result.json`."""

    name: str
    result: dict[str, Any]

    @property
    def section(self) -> tuple[str, str]:
        """Data set and protocol, within which results are compared.

        Runs on a miniature (`mini` in the folder's name) have a section of
        their own: figures reported for the data set do not apply to them.
        """
        mini = "-mini" if "mini" in self.name.split("-") else ""
        return f"{self.result['dataset']}{mini}", str(self.result["protocol"])

    @property
    def environment(self) -> str:
        """The machine of the measurement and the versions there."""
        packages = self.result["versions"].items()
        versions = ", ".join(f"{name} {version}" for name, version in packages)
        return f"{self.result.get('machine', 'not recorded')}; {versions}"


@dataclasses.dataclass(frozen=True)
class Run(Folder):
    """A trained network; history and curves are empty if none were kept."""

    config: Config
    history: list[EpochRecord]
    curves: Curves

    @property
    def bits(self) -> int:
        """Length of the codes."""
        return int(self.result["bits"])

    @property
    def family(self) -> str:
        """The folder's name before `-BITSb-SEED`."""
        return re.sub(r"-\d+b-\d+$", "", self.name)

    @property
    def experiment(self) -> tuple[str, int]:
        """Family and bits, which runs with other seeds share."""
        return self.family, self.bits

    @property
    def ablation(self) -> bool:
        """Whether the run is compared with other ablations only."""
        return "ablation" in self.family

    @property
    def command(self) -> str:
        """The command that repeats the run, on one line."""
        return words.command(self.config).replace(" \\\n    ", " ")

    def metric(self, name: str) -> float | None:
        """Returns one of the result's metrics, None if it is unknown."""
        return self.result["metrics"].get(name)

    @property
    def grade(self) -> str:
        """Grade of the bits, computed for older results, which lack it."""
        health = self.result["bit_health"]
        return health.get("grade") or grade(
            health["balance"],
            health["max_abs_correlation"],
            health["collapsed"],
        )

    @property
    def validation_map(self) -> float | None:
        """Validation MAP of the epoch that was chosen."""
        scores = {one["epoch"]: one["validation_map"] for one in self.history}
        if "epoch" in self.result:
            return scores.get(self.result["epoch"])
        # Older results lack the epoch; it was the best one.
        return max((s for s in scores.values() if s), default=None)


@dataclasses.dataclass(frozen=True)
class Comparison(Folder):
    """Hashing methods on one kind of features, by method and bits."""

    methods: list[MethodResult]

    @property
    def features(self) -> str:
        """The features of the methods, without the SHA-256 of a file."""
        return str(self.result["features"]).split()[0]

    @property
    def command(self) -> str:
        """The command that repeats the comparison."""
        dataset, protocol = self.result["dataset"], self.result["protocol"]
        names = dict.fromkeys(m.result["method"] for m in self.methods)
        bits = sorted({method.bits for method in self.methods})
        # Flag, value and default.
        flags = [
            ("dataset", dataset, None),
            ("data_dir", "DIR" if needs_folder(dataset) else None, None),
            ("protocol", protocol, "lai2015"),
            ("features", self.features, "gist"),
            ("seed", self.result["seed"], 0),
            ("methods", ",".join(names), ",".join(DEFAULT_METHODS)),
            ("bits", ",".join(map(str, bits)), "12,24,32,48"),
        ]
        words = ["python -m trainers.baselines"]
        words += [f"--{name}={v}" for name, v, usual in flags if v != usual]
        return " ".join(words)

    @property
    def seconds(self) -> float:
        """Time of all methods, without that of the features."""
        return sum(sum(m.result["time"].values()) for m in self.methods)


@dataclasses.dataclass(frozen=True)
class Results:
    """Everything that the page, or a section of it, shows."""

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
        """Returns the results of one section."""
        return Results(
            [run for run in self.runs if run.section == section],
            [one for one in self.comparisons if one.section == section],
        )


def needs_folder(dataset: str) -> bool:
    """Returns whether a command for the data set needs `--data_dir`."""
    return dataset not in DATASETS or DATASETS[dataset].needs_folder


def result_folders(root: pathlib.Path) -> Iterator[pathlib.Path]:
    """Yields the folders under `root` that hold results, by name."""
    for folder in sorted(root.iterdir()):
        if folder.is_dir() and folder.name != PLOTS:
            yield folder


def read_results(root: pathlib.Path) -> Results:
    """Reads all folders under `root`.

    Raises:
        RunError: a file is missing, damaged or incomplete.
    """
    results = Results([], [])
    for path in result_folders(root):
        folder = RunFolder(path)
        result = read_json(path / "result.json")
        if "cells" in result:
            methods = read_methods(result["cells"], path / "cells")
            if not methods:
                raise RunError(f"{path / 'result.json'} holds no method.")
            result["versions"] = methods[0].result["versions"]
            results.comparisons.append(Comparison(path.name, result, methods))
        else:
            run = Run(
                path.name,
                folder.read_result(),
                Config.from_json(folder.read_config()),
                folder.read_history() if folder.has("history.csv") else [],
                folder.read_curves() if folder.has("curves.csv") else {},
            )
            results.runs.append(run)
    results.runs.sort(key=lambda run: (*run.experiment, run.result["seed"]))
    return results
