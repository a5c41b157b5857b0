"""Fits and scores one hashing method at one code length."""

import importlib.metadata
import time
from collections.abc import Callable

import numpy as np

from tf_dnnh import baselines, files, metrics
from tf_dnnh.data import ImageDataset, Split
from tf_dnnh.data.datasets import dataset_spec
from tf_dnnh.runs.run_folder import write_curves
from tf_dnnh.runs.versions import versions
from trainers.comparison.cnnh_network import train_cnnh
from trainers.comparison.settings import METHODS, BaselineSettings
from trainers.config import ConfigError
from trainers.encoder import Encoder
from trainers.evaluator import encode

# From image indices, int [n], to float [n, bits].
Logits = Callable[[np.ndarray], np.ndarray]


def training_images(split: Split) -> np.ndarray:
    """Returns the protocol's training images, int [n].

    Networks hold some of them out for validation. The compared methods need
    none and learn from all of them, as in the paper.
    """
    return np.union1d(split.training, split.validation)


def compute_cell(
    settings: BaselineSettings,
    name: str,
    bits: int,
    features: np.ndarray | None,
    dataset: ImageDataset,
    split: Split,
) -> None:
    """Fits one method, scores its codes and writes its two files.

    Raises:
        ConfigError: the method has no codes of this length for the features.
    """
    began = time.monotonic()
    training = training_images(split)
    if features is None or METHODS[name].name is None:
        config = settings.config.replace(bits=bits)
        model = train_cnnh(config, dataset, split, training)
        logits: Logits = Encoder(model, dataset).logits
    else:
        logits = _fit(name, bits, settings, features, dataset, training)
    fitted = time.monotonic()
    parts = encode(lambda rows, part: logits(rows), dataset, split, training)
    encoded = time.monotonic()
    path = settings.cell_path(name, bits)
    top_n = dataset_spec(dataset.name).map_top_n
    scores = parts.score(dataset, bits)
    write_curves(path.with_suffix(".csv"), scores.pop("curves"))
    result = {
        "method": name,
        "bits": bits,
        "learns_from": METHODS[name].learns_from,
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


def _fit(
    name: str,
    bits: int,
    settings: BaselineSettings,
    features: np.ndarray,
    dataset: ImageDataset,
    training: np.ndarray,
) -> Logits:
    """Fits a method that learns from features."""
    method = METHODS[name]
    # Set by the table of methods: BRE, for example, also works without labels.
    labels = dataset.labels[training] if method.supervised else None
    try:
        kind = getattr(baselines, method.name or "")
        hashing = kind(bits, seed=settings.config.seed)
        hashing.fit(features[training], labels)
    except ValueError as error:
        raise ConfigError(
            f"{name} at {bits} bits: {error}; leave it out of --methods or "
            "--bits."
        ) from error
    return lambda indices: hashing.logits(features[indices])
