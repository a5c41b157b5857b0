"""Names runs by what sets them apart."""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from tools.results.folders import Results, Run
from trainers.comparison.method_result import MethodResult
from trainers.comparison.settings import FEATURES, METHODS
from trainers.config import EXECUTION_FIELDS
from trainers.report import paper_figures

# Fields that runs of one experiment may differ in.
_REPEATED = EXECUTION_FIELDS | {"bits", "seed"}


def families(runs: Iterable[Run]) -> dict[str, list[Run]]:
    """Groups runs by their name before `-BITSb-SEED`."""
    found: dict[str, list[Run]] = {}
    for run in runs:
        found.setdefault(run.family, []).append(run)
    return found


def family_title(family: str, runs: Sequence[Run]) -> str:
    """Returns the network's name, with what its folder's name adds to it."""
    run = runs[0]
    config = run.config
    words = [paper_figures.METHOD, str(run.result["backbone"])]
    if config.weights != "none":
        words.append(f"`trainable={config.trainable}`")
    added = family.removeprefix(str(run.result["dataset"])).strip("-")
    named = str(run.result["backbone"]).replace("_", "-")
    added = added.replace(named, "").strip("-")
    if added:
        words.append(added)
    return ", ".join(words)


def method_results(
    results: Results, features: Iterable[str]
) -> list[MethodResult]:
    """Returns networks and methods as they stand in one table.

    Args:
        results: of one section; its ablations are left out.
        features: whose methods to take.
    """
    found = []
    runs = [run for run in results.runs if not run.ablation]
    for family, own in families(runs).items():
        scratch = own[0].config.weights == "none"
        title = f"**{family_title(family, own)}**"
        source = "pixels, labels" if scratch else "ImageNet, pixels, labels"
        name = paper_figures.METHOD if scratch else None
        found += [
            MethodResult(title, source, name, run.result, run.curves)
            for run in own
        ]
    for one in results.comparisons:
        if one.features in features:
            found += [_on(one.features, method) for method in one.methods]
    return found


def _on(features: str, method: MethodResult) -> MethodResult:
    """Names the features that a method learns from."""
    source, _ = FEATURES.get(features, (features.removesuffix(".npy"), ""))
    known = METHODS[method.result["method"]]
    if known.name is None:  # A network of its own.
        source = "pixels, labels"
    elif known.supervised:
        source += ", labels"
    # The paper's figures are on GIST.
    name = method.reported if features == "gist" else None
    return dataclasses.replace(method, learns_from=source, reported=name)


def ablation_title(family: str) -> str:
    """Returns the words after `-ablation-` in the name of a folder."""
    _, _, words = family.partition("ablation")
    return words.strip("-").replace("-", " ") or family


def varied_fields(runs: Sequence[Run]) -> list[str]:
    """Returns the fields of the configuration that differ among runs."""
    configs = [run.config.flat() for run in runs]
    return [
        name
        for name in configs[0]
        if name not in _REPEATED
        and len({plain(config[name]) for config in configs}) > 1
    ]


def plain(value: Any) -> str:
    """Returns a field's value as one types it."""
    return "none" if value is None else str(value)
