"""Kills commands at random moments: `python -m tests.storms.kill_storm --help`.

Trains, exports and bulk-encodes the digits, each command killed by SIGKILL
again and again until the given number of kills is reached, and compares the
results with those of undisturbed commands: weights, history and codes bit for
bit, every file of `export.json` by its SHA-256, and no temporary file left.
`tests/search/kill_storm.py` does the same to an index.
"""

import argparse
import csv
import hashlib
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence

import numpy as np

ROOT = pathlib.Path(__file__).parents[2]


def commands(folder: pathlib.Path, images: pathlib.Path) -> list[list[str]]:
    """Returns the commands, in their order; each resumes its own work."""
    run = folder / "run"
    return [
        [
            "trainers.main",
            "--dataset=digits",
            "--deterministic",
            "--epochs=3",
            "--bits=12",
            "--override=steps_per_call=3",
            "--override=checkpoint_seconds=0",
            f"--workdir={run}",
        ],
        [
            "export.main",
            f"--workdir={run}",
            f"--output={folder / 'export'}",
            "--checked_images=50",
            "--formats=saved_model",
        ],
        [
            "tf_dnnh.encode",
            f"--model={run}",
            f"--images={images}",
            f"--output={folder / 'codes'}",
            "--shard_size=20",
        ],
    ]


def start(command: Sequence[str]) -> subprocess.Popen:
    """Starts a command in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**os.environ, "CUDA_VISIBLE_DEVICES": "-1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def finish(command: Sequence[str]) -> None:
    """Runs a command to its end; raises if it fails."""
    process = start(command)
    _, errors = process.communicate()
    if process.returncode:
        raise SystemExit(f"{command[0]} failed: {errors.decode()[-2000:]}")


def storm(
    command: Sequence[str], kills: int, seconds: float, chance: random.Random
) -> int:
    """Kills a command at random moments; returns how often it was killed.

    It is run to its end afterwards. A command that ends before it is killed
    is started again all the same: it must not damage what is finished.
    """
    killed = 0
    for _ in range(kills):
        process = start(command)
        try:
            process.communicate(timeout=chance.uniform(0.05, 1.1) * seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            killed += 1
    finish(command)
    return killed


def state(folder: pathlib.Path) -> dict[str, object]:
    """Returns what must be equal however often the commands were killed."""
    import keras
    import pyarrow.parquet as pq

    import tf_dnnh  # noqa: F401 - registers the layers

    run = folder / "run"
    model = keras.saving.load_model(run / "model.keras")
    digest = hashlib.sha256(b"".join(w.tobytes() for w in model.get_weights()))
    with (run / "history.csv").open(newline="") as lines:
        history = list(csv.DictReader(lines))
    with np.load(run / "codes.npz") as arrays:
        names = ("query_codes", "database_codes")
        packed = {name: arrays[name].tobytes() for name in names}
    result = json.loads((run / "result.json").read_text())
    parts = sorted((folder / "codes").glob("part-*.parquet"))
    table = [row for p in parts for row in pq.read_table(p).to_pylist()]
    for row in history:
        del row["images_per_second"]
    return {
        "weights": digest.hexdigest(),
        "history": history,
        "codes": packed,
        "metrics": result["metrics"],
        "report": (run / "report.html").exists(),
        "encoded": [(row["id"], row["code"]) for row in table],
        "export": published(folder / "export"),
        "litter": litter(folder),
    }


def published(output: pathlib.Path) -> str:
    """Checks every file that `export.json` lists; returns the fingerprint."""
    from export.summary import file_facts

    summary = json.loads((output / "export.json").read_text())
    for report in summary["artifacts"].values():
        facts = file_facts(output, output / report["path"])
        assert facts.items() <= report.items(), report["path"]
    return summary["model_fingerprint"]


def litter(folder: pathlib.Path) -> list[str]:
    """Returns the hidden files and folders."""
    return [str(p) for p in folder.rglob(".*")]


def main(kills: int, seconds: float, seed: int) -> None:
    """Runs the storm and prints the number of kills as JSON."""
    from tests.encode.images import write_images

    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        images = folder / "images"
        write_images(images)
        killed = {}
        for command in commands(folder / "whole", images):
            finish(command)
        for command in commands(folder / "storm", images):
            killed[command[0]] = storm(command, kills, seconds, chance)
        whole, stormed = state(folder / "whole"), state(folder / "storm")
        for key, value in whole.items():
            assert stormed[key] == value, f"{key} differs"
        assert not whole["litter"]
    print(json.dumps(killed))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--kills", type=int, default=34, help="attempts per command")
    add("--seconds", type=float, default=30, help="about a command's duration")
    add("--seed", type=int, default=0)
    main(**vars(parser.parse_args()))
