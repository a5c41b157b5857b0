"""Runs hashing methods cell by cell and writes the comparison."""

import json
import sys
from collections.abc import Sequence
from typing import Any

from tqdm import tqdm

from tf_dnnh import files
from tf_dnnh.data import ImageDataset, Split
from trainers.comparison.cell import (
    cell_path,
    compute_cell,
    features_name,
    training_images,
)
from trainers.comparison.features import load_features
from trainers.comparison.plots import write_plots
from trainers.comparison.results import Cell, read_cells, read_runs
from trainers.comparison.settings import METHODS, BaselineSettings
from trainers.comparison.table import table_text
from trainers.config import ConfigError
from trainers.run_data import load_run_data


def run(settings: BaselineSettings) -> None:
    """Fits and scores every method at every code length that is missing.

    A cell that is written is not computed again, so that a comparison goes on
    where it was stopped. Table and plots are made anew from all cells.

    Args:
        settings: of the comparison.

    Raises:
        ConfigError, DataError: the command cannot be carried out.
    """
    config = settings.config
    dataset, split = load_run_data(config)
    identity = prepare_folder(settings, split)
    runs = read_runs(settings.runs, split.sha256())
    missing = [
        (method, bits)
        for method in usable_methods(settings.methods, dataset)
        for bits in settings.bits
        if not cell_path(settings, method, bits).exists()
    ]
    if missing:
        # A network needs none.
        needed = any(METHODS[method].name for method, _ in missing)
        features = load_features(settings, dataset, split) if needed else None
        with tqdm(missing, unit="cell", disable=None) as progress:
            for method, bits in progress:
                progress.set_description(f"{method}, {bits} bits")
                compute_cell(settings, method, bits, features, dataset, split)
    write_summary(settings, identity, runs)


def usable_methods(methods: Sequence[str], dataset: ImageDataset) -> list[str]:
    """Leaves out, and says so, what images of several classes rule out."""
    usable = []
    for method in methods:
        if dataset.multi_label and METHODS[method].one_class:
            print(
                f"note: {method} is left out: the images of {dataset.name} "
                "have several classes.",
                file=sys.stderr,
            )
        else:
            usable.append(method)
    return usable


def prepare_folder(settings: BaselineSettings, split: Split) -> dict[str, Any]:
    """Creates the folder, or accepts one of the same comparison.

    Returns:
        What the cells of one folder have in common.

    Raises:
        ConfigError: the folder belongs to another comparison.
    """
    identity = {
        "dataset": settings.config.dataset,
        "protocol": settings.config.protocol,
        "seed": settings.config.seed,
        "split_sha256": split.sha256(),
        "features": features_name(settings),
        "queries": len(split.queries),
        "database": len(split.database),
        "training": len(training_images(split)),
    }
    path = settings.folder / "baselines.json"
    if path.exists():
        there = json.loads(path.read_text(encoding="utf-8"))
        wrong = [k for k, v in identity.items() if there.get(k) != v]
        if wrong:
            key = wrong[0]
            raise ConfigError(
                f"`--workdir` {settings.folder} holds another comparison "
                f"({key}: {identity[key]}, not {there.get(key)}); choose "
                "another --workdir or the same settings."
            )
    (settings.folder / "cells").mkdir(parents=True, exist_ok=True)
    files.write_json(path, identity)
    return identity


def write_summary(
    settings: BaselineSettings, identity: dict[str, Any], runs: list[Cell]
) -> None:
    """Writes table, numbers and plots of all cells, and prints the table."""
    cells = read_cells(settings.folder / "cells") + runs
    files.write_json(
        settings.folder / "result.json",
        identity | {"cells": [cell.result for cell in cells]},
    )
    text = table_text(identity, cells)
    with files.replacing(settings.folder / "table.md") as beside:
        beside.write_text(text, encoding="utf-8")
    write_plots(settings.folder, cells)
    print(text)
    print(f"Table and plots: {settings.folder}")
