"""Which settings of the CIFAR-10 preset give better codes?

    python -m benchmarks.recipe --recipes preset class_codes --seeds 0 1 \
        --epochs=60 --data_dir=DIR

trains each recipe, a set of changes to the preset, with each seed, one after
the other, and appends one line per trial to docs/results/trials.jsonl. Trials
that the file has are skipped; an interrupted trial resumes. `--list` shows the
recipes, `--table` the means of all trials.

The trained codes are compared on `validation_queries`: images of the database
that are neither queries nor trained on. Each searches the others. Processor
time, unlike the clock, does not depend on what else the machine does; it is
that of the last process of a trial, scaled to all its steps. Two processes on
one core each finish sooner than one on both:

    taskset -c 0 python -m benchmarks.recipe ... &
    taskset -c 1 python -m benchmarks.recipe ...
"""

import argparse
import dataclasses
import json
import math
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

# What TensorFlow shows at its start, and its threads, are set before importing
# it.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
if len(os.sched_getaffinity(0)) == 1:
    os.environ["TF_NUM_INTRAOP_THREADS"] = "1"
    os.environ["TF_NUM_INTEROP_THREADS"] = "1"

from tf_dnnh import codes, metrics
from tf_dnnh.augment_config import AugmentConfig
from tf_dnnh.runs.run_folder import RunFolder
from tf_dnnh.runs.versions import versions
from tf_dnnh.stopping import StopRequests
from tools.machine import machine
from trainers.config import Config, from_preset

TRIALS = Path(__file__).parents[1] / "docs" / "results" / "trials.jsonl"
VOTERS = 20
ALWAYS = {"validation_queries": 4000, "precision": "mixed_bfloat16"}
CODES = {"class_codes": 3}
TURNED = {"augmentation.rotation": 10.0, "augmentation.zoom": 0.1}

# The paper's network, triplets, margin, threshold and optimiser, without
# augmentation. Its initial weights are not stated; those of its reproductions
# give gradients a hundred times smaller than He's, and training stays there.
PAPER = {
    "backbone": "nin32",
    "initializer": "he_normal",
    "mining": "random",
    "margin": 1.0,
    "loss_reduction": "mean",
    "optimizer": "sgd",
    "learning_rate": 0.01,
    "momentum": 0.9,
    "weight_decay": 5e-4,
    "schedule": "step",
    "epsilon_decay": 0.8,
    "epsilon_decay_epochs": 20,
    **{
        f"augmentation.{field.name}": field.default
        for field in dataclasses.fields(AugmentConfig)
    },
}

# Name of a recipe -> its changes to the preset.
RECIPES: dict[str, dict[str, Any]] = {
    "preset": {},
    "class_codes": CODES,
    "class_codes_1": {"class_codes": 1},
    "class_codes_10": {"class_codes": 10},
    "class_codes_turned": CODES | TURNED,
    "class_codes_margin_8": CODES | {"margin": 8.0},
    "class_codes_margin_2": CODES | {"margin": 2.0},
    "class_codes_rate_4e-3": CODES | {"learning_rate": 4e-3},
    "class_codes_rate_1e-3": CODES | {"learning_rate": 1e-3},
    "class_codes_margin_12": CODES | {"margin": 12.0},
    "class_codes_residual": CODES | {"backbone": "residual_cnn"},
    "paper": PAPER,
    "paper_batch_all": PAPER | {"mining": "batch_all"},
}


def settings(
    recipe: str, bits: int, seed: int, epochs: int, options: argparse.Namespace
) -> Config:
    """Returns the configuration of a trial."""
    changes = {
        **ALWAYS,
        "evaluate_every": epochs,
        "download": False,
        **RECIPES[recipe],
        "bits": bits,
        "seed": seed,
        "epochs": epochs,
        "data_dir": options.data_dir,
        "workdir": str(
            Path(options.workdir, f"{recipe}-{bits}b-{epochs}e-{seed}")
        ),
    }
    return from_preset("cifar10", changes)


def identity(
    recipe: str, bits: int, seed: int, epochs: int
) -> dict[str, str | int]:
    """Returns the part of a trial's line that tells it from others."""
    return {"recipe": recipe, "bits": bits, "seed": seed, "epochs": epochs}


def known_trials(path: Path) -> list[dict[str, Any]]:
    """Returns the lines of the file, oldest first."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def vote_accuracy(
    queries: np.ndarray,
    query_labels: np.ndarray,
    voters: np.ndarray,
    voter_labels: np.ndarray,
) -> float:
    """Returns how often the nearest codes' most frequent class is right.

    Images at the distance of the last of `VOTERS` voters vote as well.

    Args:
        queries: packed codes, uint8 [q, bytes].
        query_labels: int [q].
        voters: packed codes, uint8 [v, bytes].
        voter_labels: int [v].
    """
    classes = np.eye(voter_labels.max() + 1)[voter_labels]
    right = 0
    for code, label in zip(queries, query_labels, strict=True):
        distances = codes.hamming_distance(code, voters)
        radius = np.partition(distances, VOTERS - 1)[VOTERS - 1]
        votes = classes[distances <= radius].sum(axis=0)
        right += int(votes.argmax() == label)
    return right / len(queries)


def run_trial(config: Config) -> dict[str, Any]:
    """Trains a recipe, and returns what was measured."""
    from trainers import experiment
    from trainers.checkpoints import Checkpoints

    folder = RunFolder(config.run_folder)
    before, _, _ = Checkpoints.record(folder.checkpoints)
    stop, began = StopRequests(), time.process_time()
    with stop.installed():
        experiment.run(config, "train", stop)
    used = time.process_time() - began
    steps, seconds, _ = Checkpoints.record(folder.checkpoints)
    last = folder.read_history()[-1]
    measured = {
        name: round(float(last[name]), 4) for name in ("loss", "active_share")
    }
    images = steps * config.batch_size
    if steps > before:
        used *= steps / (steps - before)
        measured["processor_seconds"] = round(used)
        measured["images_per_processor_second"] = round(images / used, 1)
    measured["images_per_second"] = round(images / seconds, 1)
    return measured | validate(config, folder)


def validate(config: Config, folder: RunFolder) -> dict[str, Any]:
    """Scores the trained model on the validation images, by set of views."""
    from tf_dnnh.models.views import VIEWS
    from trainers.encoder import Encoder
    from trainers.run_data import load_run_data

    dataset, split = load_run_data(config)
    model = folder.load_model()
    labels = dataset.labels[split.validation]

    def encode(rows: np.ndarray) -> np.ndarray:
        logits = Encoder(model, dataset).logits(rows)
        return codes.pack(codes.bits_from_logits(logits))

    measured: dict[str, Any] = {
        "vote_accuracy": vote_accuracy(
            encode(split.validation),
            labels,
            encode(split.training),
            dataset.labels[split.training],
        )
    }
    for views in VIEWS:
        model.views = views
        name = "validation_map" + ("" if views == "single" else f"_{views}")
        measured[name] = search_each_other(
            encode(split.validation), labels, config.bits
        )
    return {
        **{name: round(value, 4) for name, value in measured.items()},
        "parameters": model.count_params(),
        "training_images": len(split.training),
        "validation_images": len(split.validation),
    }


def search_each_other(
    packed: np.ndarray, labels: np.ndarray, bits: int
) -> float:
    """Returns the MAP of codes that are queries and database in one."""
    histograms = metrics.distance_histograms(
        packed, packed, labels, labels, bits, exclude_self=True
    )
    return float(metrics.average_precision(*histograms).mean())


def table(trials: list[dict[str, Any]]) -> str:
    """Returns the means over seeds, a row per recipe and length."""
    lines = [
        "| recipe | bits | epochs | seeds | validation MAP | mirrored views "
        "| vote | active | images per processor second |",
        "|---|---:|---:|---|---:|---:|---:|---:|---:|",
    ]
    groups: dict[tuple, list[dict[str, Any]]] = {}
    for trial in trials:
        key = (trial["recipe"], trial["bits"], trial["epochs"])
        groups.setdefault(key, []).append(trial)
    for (recipe, bits, epochs), some in sorted(groups.items()):
        seeds = ", ".join(str(trial["seed"]) for trial in some)

        def mean(name: str, some: list[dict[str, Any]] = some) -> float:
            return statistics.mean(trial.get(name, math.nan) for trial in some)

        lines.append(
            f"| `{recipe}` | {bits} | {epochs} | {seeds} "
            f"| {mean('validation_map'):.3f} "
            f"| {mean('validation_map_mirror'):.3f} "
            f"| {mean('vote_accuracy'):.3f} | {mean('active_share'):.3f} "
            f"| {mean('images_per_processor_second'):.0f} |"
        )
    return "\n".join(lines)


def run_all(options: argparse.Namespace, run: Callable[..., None]) -> None:
    """Calls `run` for every trial that the file does not have yet."""
    for recipe in options.recipes:
        for seed in options.seeds:
            key = identity(recipe, options.bits, seed, options.epochs)
            done = [
                {name: line[name] for name in key}
                for line in known_trials(options.trials)
            ]
            if key not in done:
                run(recipe, seed)


def main() -> None:
    options = _options()
    if options.list:
        for name, changes in RECIPES.items():
            print(name, json.dumps(changes))
        return
    if options.table:
        print(table(known_trials(options.trials)))
        return
    if options.one:
        (recipe,), (seed,) = options.recipes, options.seeds
        key = identity(recipe, options.bits, seed, options.epochs)
        config = settings(*key.values(), options)
        line = key | {"changes": RECIPES[recipe]} | run_trial(config)
        line |= {"versions": versions(), "machine": machine()}
        with options.trials.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        print(json.dumps(line), flush=True)
        return

    def run(recipe: str, seed: int) -> None:
        # A process of its own: TensorFlow never returns its memory.
        command = [sys.executable, "-m", "benchmarks.recipe", *sys.argv[1:]]
        own = ["--one", "--recipes", recipe, "--seeds", str(seed)]
        subprocess.run([*command, *own], check=True)

    run_all(options, run)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--recipes", nargs="+", choices=list(RECIPES), default=["preset"]
    )
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1])
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--bits", type=int, default=48)
    parser.add_argument("--data_dir", help="TFDS folder of CIFAR-10")
    parser.add_argument("--workdir", default="runs/trials")
    parser.add_argument("--trials", type=Path, default=TRIALS)
    parser.add_argument("--list", action="store_true", help="show the recipes")
    parser.add_argument("--table", action="store_true", help="show the trials")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
