"""Tests that workers stop together, name a lost one, and resume exactly."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import types
import unittest

import keras
import numpy as np
import pytest
import tensorflow as tf

import tf_dnnh  # noqa: F401 - registers the layers
from tests.trainers.ports import free_port
from trainers.cluster import LostWorkerError, agreement, naming_lost_workers

ROOT = pathlib.Path(__file__).parents[2]
# TensorFlow checks the other workers every 30 s, three times for 10 s.
SECONDS = 120


class NamingTest(unittest.TestCase):
    def strategy(self):
        spec = tf.train.ClusterSpec(
            {"chief": ["a:1"], "worker": ["b:2", "c:3"]}
        )
        resolver = types.SimpleNamespace(
            cluster_spec=lambda: spec, task_type="worker", task_id=0
        )
        return types.SimpleNamespace(cluster_resolver=resolver)

    def message(self, text: str) -> str:
        with (
            self.assertRaises(LostWorkerError) as raised,
            naming_lost_workers(self.strategy()),
        ):
            raise tf.errors.UnavailableError(None, None, text)
        return str(raised.exception)

    def test_the_others_are_named(self):
        own = "on /job:worker/replica:0/task:0: "
        lost = "/job:worker/replica:0/task:1 is down"
        self.assertIn("Lost worker 1 (c:3): it", self.message(own + lost))
        chief = "/job:chief/replica:0/task:0 is down"
        self.assertIn("Lost chief 0 (a:1): it", self.message(chief))
        self.assertIn("Lost a worker: it", self.message("socket closed"))

    def test_without_a_cluster_an_error_stays(self):
        alone = tf.distribute.OneDeviceStrategy("CPU:0")
        with (
            self.assertRaises(tf.errors.InternalError),
            naming_lost_workers(alone),
        ):
            raise tf.errors.InternalError(None, None, "no memory")

    def test_a_single_process_agrees_with_itself(self):
        agree = agreement(tf.distribute.OneDeviceStrategy("CPU:0"))
        self.assertTrue(agree(True))
        self.assertFalse(agree(False))


@pytest.mark.slow
@pytest.mark.timeout(900)
class ClusterTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def start(self, name: str, *jobs: str) -> list[subprocess.Popen]:
        """Starts one process per job, which all train in the same folder."""
        spec: dict[str, list[str]] = {}
        tasks = []
        for job in jobs:
            addresses = spec.setdefault(job, [])
            tasks.append({"type": job, "index": len(addresses)})
            addresses.append(f"localhost:{free_port()}")
        processes = [self.process(name, spec, task) for task in tasks]
        for process in processes:
            self.addCleanup(process.kill)
        return processes

    def process(self, name: str, spec: dict, task: dict) -> subprocess.Popen:
        return subprocess.Popen(
            [
                sys.executable,
                "-m",
                "trainers.main",
                "--dataset=digits",
                "--deterministic",
                "--strategy=multi_worker",
                "--mode=train",
                "--epochs=3",
                "--bits=12",
                "--override=steps_per_call=3",
                "--override=checkpoint_seconds=0",
                f"--workdir={self.folder / name}",
            ],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
            env={
                **os.environ,
                "CUDA_VISIBLE_DEVICES": "-1",
                "TF_CONFIG": json.dumps({"cluster": spec, "task": task}),
            },
        )

    def wait_for_checkpoint(self, name: str, processes: list) -> None:
        pointer = self.folder / name / "checkpoints" / "checkpoint"
        before = pointer.read_bytes() if pointer.exists() else b""
        while all(process.poll() is None for process in processes):
            if pointer.exists() and pointer.read_bytes() != before:
                return
            time.sleep(0.05)
        self.fail(str([p.communicate() for p in processes]))

    def finish(self, processes: list) -> None:
        for process in processes:
            _, errors = process.communicate(timeout=600)
            self.assertEqual(process.returncode, 0, errors)

    def weights(self, name: str) -> list[np.ndarray]:
        path = self.folder / name / "model.keras"
        return keras.saving.load_model(path).get_weights()

    def test_stopped_killed_and_hanging_workers_resume_exactly(self):
        jobs = ("chief", "worker")
        whole = self.start("whole", *jobs)
        self.finish(whole)
        for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP):
            processes = self.start("broken", *jobs)
            self.wait_for_checkpoint("broken", processes)
            chief, worker = processes
            worker.send_signal(number)
            began = time.monotonic()
            _, errors = chief.communicate(timeout=300)
            if number == signal.SIGTERM:
                self.assertEqual(chief.returncode, 143, errors)
                _, errors = worker.communicate(timeout=300)
                self.assertEqual(worker.returncode, 143, errors)
                continue
            self.assertLess(time.monotonic() - began, SECONDS)
            self.assertEqual(chief.returncode, 1, errors)
            self.assertIn("error: Lost worker 0 (localhost:", errors)
            worker.kill()
            worker.communicate()
        self.finish(self.start("broken", *jobs))
        for mine, other in zip(
            self.weights("whole"), self.weights("broken"), strict=True
        ):
            np.testing.assert_array_equal(mine, other)


if __name__ == "__main__":
    unittest.main()
