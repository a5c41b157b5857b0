"""Tests that killed, stopped and repeated runs equal an uninterrupted one."""

import csv
import dataclasses
import os
import pathlib
import resource
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import keras
import numpy as np

import tf_dnnh  # noqa: F401 - registers the layers

ROOT = pathlib.Path(__file__).parents[2]
FLAGS = (
    "--dataset=digits",
    "--deterministic",
    "--epochs=3",
    "--bits=12",
    "--mode=train",
    "--override=steps_per_call=3",
    "--override=checkpoint_seconds=0",
)


@dataclasses.dataclass
class Run:
    status: int
    errors: str


def start(
    workdir: pathlib.Path, largest_file: int | None = None
) -> subprocess.Popen:
    def limit_files() -> None:
        if largest_file:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file,) * 2)

    return subprocess.Popen(
        [sys.executable, "-m", "trainers.main", *FLAGS, f"--workdir={workdir}"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "CUDA_VISIBLE_DEVICES": "-1"},
        preexec_fn=limit_files,
    )


def finish(process: subprocess.Popen) -> Run:
    _, errors = process.communicate(timeout=240)
    return Run(process.returncode, errors)


def wait_for_checkpoint(process: subprocess.Popen, workdir: pathlib.Path):
    """Waits until the process has written a checkpoint or ended."""
    pointer = workdir / "checkpoints" / "checkpoint"
    before = pointer.read_bytes() if pointer.exists() else b""
    while process.poll() is None:
        if pointer.exists() and pointer.read_bytes() != before:
            return
        time.sleep(0.02)


def weights(workdir: pathlib.Path) -> list[np.ndarray]:
    model = keras.saving.load_model(workdir / "model.keras")
    return [variable.numpy() for variable in model.variables]


def history(workdir: pathlib.Path) -> list[dict[str, str]]:
    """Returns the rows of `history.csv` without the speed."""
    with (workdir / "history.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        del row["images_per_second"]
    return rows


class ResumeTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def assert_same_weights(self, first: pathlib.Path, second: pathlib.Path):
        for mine, theirs in zip(weights(first), weights(second), strict=True):
            np.testing.assert_array_equal(mine, theirs)

    def test_killed_and_stopped_runs_end_with_the_same_weights(self):
        whole, broken = self.folder / "whole", self.folder / "broken"
        uninterrupted = start(whole)
        process = start(broken)
        wait_for_checkpoint(process, broken)
        process.kill()
        finish(process)
        self.assertFalse((broken / "model.keras").exists())
        process = start(broken)
        wait_for_checkpoint(process, broken)
        process.send_signal(signal.SIGTERM)
        stopped = finish(process)
        self.assertEqual(stopped.status, 143, stopped.errors)
        self.assertIn("Stopped by SIGTERM", stopped.errors)
        self.assertEqual(finish(start(broken)).status, 0)
        self.assertEqual(finish(uninterrupted).status, 0)
        self.assert_same_weights(whole, broken)
        self.assertEqual(history(whole), history(broken))
        self.assertEqual(len(history(whole)), 3)

    def test_a_second_process_is_refused(self):
        workdir = self.folder / "run"
        first = start(workdir)
        wait_for_checkpoint(first, workdir)
        # Halted, lest it ends before the second process has begun.
        first.send_signal(signal.SIGSTOP)
        second = finish(start(workdir))
        self.assertEqual(second.status, 1)
        self.assertRegex(
            second.errors,
            f"^error: {workdir} is in use by another process .{first.pid}.: "
            "wait until it has finished, or give another folder.\n$",
        )
        (workdir / ".model.4711.keras").touch()
        first.kill()
        finish(first)
        self.assertEqual(finish(start(workdir)).status, 0)
        hidden = [p.name for p in workdir.iterdir() if p.name[0] == "."]
        self.assertEqual(hidden, [])

    def test_a_full_disk_loses_nothing(self):
        workdir = self.folder / "run"
        stopped = finish(start(workdir, largest_file=1_000_000))
        self.assertEqual(stopped.status, 1)
        self.assertRegex(stopped.errors, "^error: .*\n$")
        self.assertFalse((workdir / "checkpoints" / "checkpoint").exists())
        self.assertEqual(finish(start(workdir)).status, 0)
        self.assertTrue((workdir / "model.keras").exists())


if __name__ == "__main__":
    unittest.main()
