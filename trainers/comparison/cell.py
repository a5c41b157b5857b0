"""Fits and scores one hashing method at one code length."""

import hashlib
import importlib.metadata
import pathlib
import time
from collections.abc import Callable

import numpy as np

from tf_dnnh import baselines, files, metrics
from tf_dnnh.data import ImageDataset, Split
from tf_dnnh.data.datasets import dataset_spec
from tf_dnnh.runs.run_folder import write_curves
from tf_dnnh.runs.versions import versions
from trainers.comparison.cnnh_network import train_cnnh
from trainers.comparison.settings import FEATURES, METHODS, BaselineSettings
from trainers.config import Config, ConfigError
from trainers.encoder import Encoder
from trainers.evaluator import encode

Logits = Callable[[np.ndarray], np.ndarray]


def features_name(settings: BaselineSettings) -> str:
    """Returns the name of the features; for a file, with its SHA-256."""
    if settings.features in FEATURES:
        return settings.features
    with settings.feature_file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return f"{settings.feature_file.name} {digest}"


def training_images(split: Split) -> np.ndarray:
    """Returns the protocol's training images, int [n].

    Networks set some of them aside for validation. These methods need none
    and learn from all of them, as in the paper.
    """
    return np.union1d(split.training, split.validation)


def cell_path(
    settings: BaselineSettings, method: str, bits: int
) -> pathlib.Path:
    """Returns the file of one method at one code length."""
    return settings.folder / "cells" / f"{method}-{bits}.json"


def compute_cell(
    settings: BaselineSettings,
    method: str,
    bits: int,
    features: np.ndarray | None,
    dataset: ImageDataset,
    split: Split,
) -> None:
    """Fits one method, scores its codes and writes its two files.

    Raises:
        ConfigError: the method cannot make such codes of these features.
    """
    began = time.monotonic()
    if features is None or METHODS[method].name is None:
        logits = _network(settings.config, bits, dataset, split)
    else:
        logits = _fitted(
            method, bits, settings.config.seed, features, dataset, split
        )
    fitted = time.monotonic()
    parts = encode(lambda rows, name: logits(rows), dataset, split)
    encoded = time.monotonic()
    path = cell_path(settings, method, bits)
    top_n = dataset_spec(dataset.name).map_top_n
    scores = parts.score(dataset, bits)
    write_curves(path.with_suffix(".csv"), scores.pop("curves"))
    result = {
        "method": method,
        "bits": bits,
        "learns_from": METHODS[method].learns_from,
        "seed": settings.config.seed,
        "split_sha256": split.sha256(),
        "metrics": scores,
        "conventions": metrics.conventions(top_n),
        "time": {
            "fit_seconds": round(fitted - began, 2),
            "encode_seconds": round(encoded - fitted, 2),
        },
        "versions": versions()
        | {"scikit-learn": importlib.metadata.version("scikit-learn")},
    }
    files.write_json(path, result)


def _fitted(
    method: str,
    bits: int,
    seed: int,
    features: np.ndarray,
    dataset: ImageDataset,
    split: Split,
) -> Logits:
    """Fits a method; returns a function from int [n] to float [n, bits]."""
    training = training_images(split)
    # Decided by the table of methods: BRE, for one, could do without labels.
    supervised = METHODS[method].supervised
    labels = dataset.labels[training] if supervised else None
    try:
        name = METHODS[method].name or ""
        hashing = getattr(baselines, name)(bits, seed=seed)
        hashing.fit(features[training], labels)
    except ValueError as error:
        raise ConfigError(
            f"{method} at {bits} bits: {error}; leave it out of --methods or "
            "--bits."
        ) from error
    return lambda indices: hashing.logits(features[indices])


def _network(
    config: Config, bits: int, dataset: ImageDataset, split: Split
) -> Logits:
    config = config.replace(bits=bits)
    model = train_cnnh(config, dataset, split, training_images(split))
    return Encoder(model, dataset).logits
