"""Tests of which process writes the run's files, and of refused clusters."""

import os
import types
import unittest
from unittest import mock

import tensorflow as tf

from trainers.config import ConfigError
from trainers.strategy import is_chief, make_strategy


def process(task_type: str, index: int, *jobs: str) -> types.SimpleNamespace:
    """Returns the strategy of one process of a cluster."""
    spec = tf.train.ClusterSpec({job: ["host:1", "host:2"] for job in jobs})
    resolver = types.SimpleNamespace(
        cluster_spec=lambda: spec, task_type=task_type, task_id=index
    )
    return types.SimpleNamespace(cluster_resolver=resolver)


class ChiefTest(unittest.TestCase):
    def test_a_single_process_is_the_chief(self):
        self.assertTrue(is_chief(tf.distribute.OneDeviceStrategy("CPU:0")))

    def test_worker_0_is_the_chief_of_workers(self):
        self.assertTrue(is_chief(process("worker", 0, "worker")))
        self.assertFalse(is_chief(process("worker", 1, "worker")))

    def test_beside_a_chief_no_worker_writes(self):
        jobs = ("chief", "worker")
        self.assertTrue(is_chief(process("chief", 0, *jobs)))
        self.assertFalse(is_chief(process("worker", 0, *jobs)))
        self.assertFalse(is_chief(process("worker", 1, *jobs)))


class MistakeTest(unittest.TestCase):
    def test_a_cluster_that_does_not_hold_the_task(self):
        for text in (
            "",
            "{}",
            '{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker"}}',
            '{"cluster": {"worker": ["a:1"]},'
            ' "task": {"type": "chief", "index": 0}}',
            '{"cluster": {"worker": ["a:1"]},'
            ' "task": {"type": "worker", "index": 1}}',
            '{"cluster": {"worker": ["a:1"]},'
            ' "task": {"type": "worker", "index": -1}}',
            '{"cluster": {"worker": ["a:1"]},'
            ' "task": {"type": "worker", "index": "0"}}',
        ):
            with (
                self.subTest(text),
                mock.patch.dict(os.environ, TF_CONFIG=text),
                self.assertRaisesRegex(ConfigError, "TF_CONFIG"),
            ):
                make_strategy("multi_worker")


if __name__ == "__main__":
    unittest.main()
