"""Titles of runs, and the settings that distinguish them."""

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


def run_title(run: Run) -> str:
    """Returns the network's name, with the additions of its folder's name.

    For an ablation, these are the words after `-ablation-`, alone.
    """
    if run.ablation:
        _, _, added = run.family.partition("ablation")
        return added.strip("-").replace("-", " ") or run.family
    backbone = str(run.result["backbone"])
    words = [paper_figures.METHOD, backbone]
    if run.config.weights != "none":
        words.append(f"`trainable={run.config.trainable}`")
    added = run.family.removeprefix(str(run.result["dataset"])).strip("-")
    added = added.replace(backbone.replace("_", "-"), "").strip("-")
    if added:
        words.append(added)
    return ", ".join(words)


def method_results(
    results: Results, features: Iterable[str]
) -> list[MethodResult]:
    """Returns networks, no ablations, and the methods on given features."""
    found = []
    for run in results.runs:
        if run.ablation:
            continue
        scratch = run.config.weights == "none"
        title = f"**{run_title(run)}**"
        source = "pixels, labels" if scratch else "ImageNet, pixels, labels"
        name = paper_figures.METHOD if scratch else None
        found.append(MethodResult(title, source, name, run.result, run.curves))
    for one in results.comparisons:
        if one.features in features:
            found += [_on(one.features, method) for method in one.methods]
    return found


def _on(features: str, method: MethodResult) -> MethodResult:
    """Names the features that a method learns from."""
    source, _ = FEATURES.get(features, (features.removesuffix(".npy"), ""))
    known = METHODS[method.result["method"]]
    if known.name is None:  # A network, which learns from pixels.
        source = "pixels, labels"
    elif known.supervised:
        source += ", labels"
    # The paper's figures are on GIST.
    name = method.reported if features == "gist" else None
    return dataclasses.replace(method, learns_from=source, reported=name)


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
    """Returns a field's value as it is typed."""
    return "none" if value is None else str(value)
