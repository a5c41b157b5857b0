"""Runs a comparison of hashing methods and writes its folder."""

import hashlib
import sys
from collections.abc import Sequence
from typing import Any

from tqdm import tqdm

from tf_dnnh import commands, files
from tf_dnnh.data import ImageDataset, Split
from tf_dnnh.locking import locked
from tf_dnnh.runs.run_folder import read_json
from trainers.comparison.cell import compute_cell, training_images
from trainers.comparison.features import load_features
from trainers.comparison.method_result import (
    MethodResult,
    read_methods,
    read_runs,
)
from trainers.comparison.plots import write_plots
from trainers.comparison.settings import METHODS, BaselineSettings
from trainers.comparison.table import table_text
from trainers.config import ConfigError
from trainers.run_data import load_run_data


def run(settings: BaselineSettings) -> None:
    """Fits and scores the methods at all code lengths.

    Results that the folder already holds are not computed again: a stopped
    comparison resumes. Table and plots show all results of the folder.

    Raises:
        ConfigError, DataError, RunError: the command cannot be carried out.
        LockedError: another process writes to the folder.
    """
    commands.prepare_folder(settings.workdir, "workdir")
    dataset, split = load_run_data(settings.config)
    methods = usable_methods(settings.methods, dataset)
    if not methods and not settings.runs:
        raise ConfigError(
            f"`--methods`: {', '.join(settings.methods)} cannot be used on "
            f"{dataset.name}, whose images have several classes: give others."
        )
    settings.workdir.mkdir(parents=True, exist_ok=True)
    with locked(settings.workdir):
        files.sweep(settings.workdir)
        identity = _prepare_folder(settings, split)
        runs = read_runs(settings.runs, split.sha256())
        _compute_missing(settings, methods, dataset, split)
        _write_summary(settings, identity, runs)


def _compute_missing(
    settings: BaselineSettings,
    methods: Sequence[str],
    dataset: ImageDataset,
    split: Split,
) -> None:
    """Computes the results that the folder does not hold yet."""
    missing = [
        (method, bits)
        for method in methods
        for bits in settings.bits
        if not settings.cell_path(method, bits).exists()
    ]
    if missing:
        # Networks learn from pixels.
        needed = any(METHODS[method].name for method, _ in missing)
        features = load_features(settings, dataset, split) if needed else None
        with tqdm(missing, unit="method", disable=None) as progress:
            for method, bits in progress:
                progress.set_description(f"{method}, {bits} bits")
                compute_cell(settings, method, bits, features, dataset, split)


def usable_methods(methods: Sequence[str], dataset: ImageDataset) -> list[str]:
    """Leaves out methods that need single-label images, with a note."""
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


def _prepare_folder(settings: BaselineSettings, split: Split) -> dict[str, Any]:
    """Creates the folder, or accepts one of the same comparison.

    Returns the settings that all results of one folder share.
    """
    features = settings.features
    if file := settings.feature_file:
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        features = f"{file.name} {digest}"
    identity = {
        "dataset": settings.config.dataset,
        "protocol": settings.config.protocol,
        "seed": settings.config.seed,
        "split_sha256": split.sha256(),
        "features": features,
        "queries": len(split.queries),
        "database": len(split.database),
        "training": len(training_images(split)),
    }
    path = settings.workdir / "baselines.json"
    if path.exists():
        there = read_json(path)
        wrong = [k for k, v in identity.items() if there.get(k) != v]
        if wrong:
            key = wrong[0]
            raise ConfigError(
                f"`--workdir` {settings.workdir} holds another comparison "
                f"({key}: {identity[key]}, not {there.get(key)}); choose "
                "another --workdir or the same settings."
            )
    (settings.workdir / "cells").mkdir(parents=True, exist_ok=True)
    files.write_json(path, identity)
    return identity


def _write_summary(
    settings: BaselineSettings,
    identity: dict[str, Any],
    runs: list[MethodResult],
) -> None:
    """Writes table, numbers and plots of all results, and prints the table."""
    cells = settings.workdir / "cells"
    results = read_methods(map(read_json, cells.glob("*.json")), cells) + runs
    files.write_json(
        settings.workdir / "result.json",
        identity | {"cells": [one.result for one in results]},
    )
    text = table_text(identity, results)
    files.write_text(settings.workdir / "table.md", text)
    write_plots(settings.workdir, results)
    print(text)
    print(f"Table and plots: {settings.workdir}")
