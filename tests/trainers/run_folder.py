"""Makes small run folders with plausible content without training."""

import csv
import json
import pathlib
from typing import Any

import numpy as np

CLASSES = ("airplane", "automobile", "bird", "cat", "deer")
QUERIES, DATABASE, EPOCHS = 20, 200, 12


def make_run_folder(
    path: pathlib.Path,
    *,
    bits: int = 48,
    dataset: str = "cifar10",
    classes: tuple[str, ...] = CLASSES,
    multi_label: bool = False,
    collapsed: bool = False,
    validation: bool = True,
) -> pathlib.Path:
    """Writes every file that a report reads; returns `path`."""
    path.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(7)
    classes_of = {
        "query": np.arange(QUERIES) % len(classes),
        "database": np.arange(DATABASE) % len(classes),
    }
    codes = _codes(random, classes_of, bits, collapsed)
    labels = {
        part: _multi_hot(values, len(classes)) if multi_label else values
        for part, values in classes_of.items()
    }
    np.savez(
        path / "codes.npz",
        bits=bits,
        **{f"{part}_codes": packed for part, packed in codes.items()},
        **{f"{part}_labels": values for part, values in labels.items()},
        **{
            f"{part}_ids": np.array([f"{part}/{i}" for i in range(len(v))])
            for part, v in labels.items()
        },
    )
    _write_json(path / "result.json", _result(dataset, bits, codes, collapsed))
    _write_json(path / "config.json", _config(dataset, bits))
    _write_json(path / "split.json", _split())
    _write_curves(path / "curves.csv", bits)
    _write_history(path / "history.csv", validation)
    _write_neighbours(path, random, classes)
    return path


def _codes(
    random: np.random.Generator,
    classes_of: dict[str, np.ndarray],
    bits: int,
    collapsed: bool,
) -> dict[str, np.ndarray]:
    prototypes = random.integers(0, 2, (16, bits))
    packed = {}
    for part, classes in classes_of.items():
        flips = random.random((len(classes), bits)) < 0.08
        values = prototypes[classes] ^ flips
        if collapsed:
            values = np.broadcast_to(prototypes[0], values.shape)
        packed[part] = np.packbits(values.astype(np.uint8), axis=1)
    return packed


def _multi_hot(values: np.ndarray, classes: int) -> np.ndarray:
    hot = np.eye(classes, dtype=np.uint8)
    return hot[values] | hot[(values + 1) % classes]


def _result(
    dataset: str, bits: int, codes: dict[str, np.ndarray], collapsed: bool
) -> dict[str, Any]:
    ones = np.unpackbits(codes["database"], axis=1, count=bits)
    return {
        "dataset": dataset,
        "protocol": "lai2015",
        "split_sha256": "ab" * 32,
        "bits": bits,
        "backbone": "plain_cnn",
        "seed": 0,
        "metrics": {
            "map": 0.1004 if collapsed else 0.5934,
            "map_best_ties": 1.0 if collapsed else 0.6012,
            "map_worst_ties": 0.05 if collapsed else 0.5871,
            "map_at_1000": 0.6621,
            "map_at_5000": 0.6412,
            "precision_at_100": 0.6423,
            "precision_at_1000": 0.6391,
            "precision_radius_2": 0.6035,
            "recall_radius_2": 0.2711,
            "empty_radius_2": 0.034,
        },
        "conventions": {
            "map_top_n": None,
            "ties": "expected",
            "no_relevant": "zero",
        },
        "bit_health": {
            "balance": ones.mean(axis=0).tolist(),
            "mean_entropy": 0.0 if collapsed else 0.9712,
            "max_abs_correlation": 0.0 if collapsed else 0.7134,
            "in_band": 0.0213,
            "distinct_codes": 1 if collapsed else 187,
            "collapsed": collapsed,
        },
        "time": {
            "train_seconds": 2221.4,
            "images_per_second": 271.3,
            "evaluate_seconds": 96.2,
        },
        "versions": {"keras": "3.15.1", "tensorflow": "2.21.0"},
    }


def _config(dataset: str, bits: int) -> dict[str, Any]:
    return {
        "dataset": dataset,
        "data_dir": "my images",
        "bits": bits,
        "epochs": EPOCHS,
        "weight_decay": 0.02,
        "deterministic": True,
        "workdir": None,
        "versions": {"keras": "3.15.1"},
    }


def _split() -> dict[str, Any]:
    lists = {"queries": 20, "database": 200, "training": 90, "validation": 10}
    return {
        "protocol": "lai2015",
        "sha256": "ab" * 32,
        "counts": lists,
        "list_sha256": {name: f"{n:02x}" * 32 for n, name in enumerate(lists)},
        **{
            name: [f"{name}/{i}" for i in range(count)]
            for name, count in lists.items()
        },
    }


def _write_json(path: pathlib.Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content), encoding="utf-8")


def _write_curves(path: pathlib.Path, bits: int) -> None:
    recall = np.linspace(0, 1, 21)
    n = np.arange(1, DATABASE + 1)
    radius = np.arange(bits + 1)
    curves = {
        "precision_recall": (recall, 0.7 - 0.6 * recall**3),
        "precision_at_n": (n, 0.66 - 0.001 * n),
        "recall_at_n": (n, n / DATABASE),
        "precision_at_radius": (radius, 0.1 + 0.5 * np.exp(-radius / 9)),
    }
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["curve", "x", "y"])
        for name, (x, y) in curves.items():
            writer.writerows(zip([name] * len(x), x, y, strict=True))


def _write_history(path: pathlib.Path, validation: bool) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            [
                "epoch",
                "loss",
                "active_share",
                "validation_map",
                "learning_rate",
                "epsilon",
                "images_per_second",
            ]
        )
        for epoch in range(1, EPOCHS + 1):
            scored = validation and epoch % 2 == 0
            writer.writerow(
                [
                    epoch,
                    0.2 + 1.5 / epoch,
                    0.1 + 0.8 / epoch,
                    0.6 - 0.5 / epoch if scored else "",
                    2e-3 * (1 - epoch / EPOCHS),
                    0.5 * 0.8 ** (epoch // 4),
                    270 + epoch % 3,
                ]
            )


def _write_neighbours(
    path: pathlib.Path, random: np.random.Generator, classes: tuple[str, ...]
) -> None:
    rows = 4
    labels = np.array(classes)[np.arange(rows) % len(classes)]
    relevant = random.random((rows, 10)) < 0.7
    names = np.where(relevant, labels[:, None], classes[-1])
    np.savez(
        path / "neighbours.npz",
        query_images=random.integers(0, 256, (rows, 8, 8, 3), np.uint8),
        neighbour_images=random.integers(0, 256, (rows, 10, 8, 8, 3), np.uint8),
        neighbour_distance=np.sort(random.integers(0, 9, (rows, 10)), axis=1),
        neighbour_relevant=relevant,
        query_labels=labels,
        neighbour_labels=names,
    )
