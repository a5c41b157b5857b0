"""What runs are called: by what sets them apart."""

from collections.abc import Iterable, Sequence
from typing import Any

from tools.results.folders import Run
from trainers.config import EXECUTION_FIELDS
from trainers.report import paper_figures

_FEATURES = {
    "gist": "GIST",
    "pixels": "raw pixels",
    "untrained": "untrained network",
}
# Fields that runs of one experiment may differ in.
_REPEATED = EXECUTION_FIELDS | {"bits", "seed", "versions"}


def families(runs: Iterable[Run]) -> dict[str, list[Run]]:
    """Runs of one name before `-BITSb-SEED`, together."""
    found: dict[str, list[Run]] = {}
    for run in runs:
        found.setdefault(run.family, []).append(run)
    return found


def family_title(family: str, runs: Sequence[Run]) -> str:
    """The network's name in a table, with what its folder's name adds."""
    run = runs[0]
    config = run.config
    words = [paper_figures.METHOD, str(run.result["backbone"])]
    if config.get("weights", "none") != "none":
        words.append(f"`trainable={config.get('trainable', 'all')}`")
    added = family.removeprefix(str(run.result["dataset"])).strip("-")
    named = str(run.result["backbone"]).replace("_", "-")
    added = added.replace(named, "").strip("-")
    if added:
        words.append(added)
    return ", ".join(words)


def features_title(features: str) -> str:
    """What the features of a comparison are."""
    return _FEATURES.get(features, features.removesuffix(".npy"))


def ablation_title(family: str) -> str:
    """What follows `-ablation-` in the name of a folder, in words."""
    _, _, words = family.partition("ablation")
    return words.strip("-").replace("-", " ") or family


def varied_fields(runs: Sequence[Run]) -> list[str]:
    """The fields of the configuration that differ among runs."""
    names = dict.fromkeys(name for run in runs for name in run.config)
    return [
        name
        for name in names
        if name not in _REPEATED
        and len({plain(run.config.get(name)) for run in runs}) > 1
    ]


def plain(value: Any) -> str:
    """A field's value as one types it."""
    return "none" if value is None else str(value)
