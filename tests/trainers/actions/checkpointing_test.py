"""Checkpoints are saved in time, at the end, and before a stop."""

import unittest
from unittest import mock

import tensorflow as tf

from trainers.actions.action import Call
from trainers.actions.checkpointing import Checkpointing


class Saved:
    """Counts how often it is saved."""

    def __init__(self) -> None:
        self.times = 0
        self.train_seconds = tf.Variable(0.0, dtype=tf.float64)

    def save(self) -> None:
        self.times += 1


def call(step: int, stopping: bool = False) -> Call:
    return Call(1, step, 10, 0.25, {"loss": 1.0}, stopping)


class CheckpointingTest(unittest.TestCase):
    def setUp(self):
        clock = mock.patch("time.monotonic", return_value=0.0)
        self.clock = clock.start()
        self.addCleanup(clock.stop)
        self.saved = Saved()
        self.action = Checkpointing(self.saved, every=60.0)

    def test_waits_until_it_is_time(self):
        for now, times in ((59.0, 0), (60.0, 1), (119.0, 1), (121.0, 2)):
            self.clock.return_value = now
            self.action.save(call(3))
            self.assertEqual(self.saved.times, times)

    def test_saves_at_the_last_step_and_before_a_stop(self):
        self.action.save(call(10))
        self.action.save(call(3, stopping=True))
        self.assertEqual(self.saved.times, 2)

    def test_adds_up_the_time_spent_in_training(self):
        for step in (1, 2, 3):
            self.action.end_call(call(step))
        self.assertEqual(float(self.saved.train_seconds), 0.75)


if __name__ == "__main__":
    unittest.main()
