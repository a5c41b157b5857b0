"""Tests of the outer loop: its actions, its history, and stopping it."""

import contextlib
import os
import signal
import types
import unittest

import tensorflow as tf

from tf_dnnh.stopping import Stopped, StopRequests
from trainers.actions.action import Action
from trainers.config import Config
from trainers.controller import Controller

STEPS = 5


class FakeTrainer:
    """Counts steps; the loss is the number of the step."""

    def __init__(self, step: int = 0) -> None:
        self.step = tf.Variable(step, dtype=tf.int64)
        self.optimizer = types.SimpleNamespace(learning_rate=0.25)
        threshold = types.SimpleNamespace(epsilon=tf.constant(0.5))
        self.model = types.SimpleNamespace(threshold=threshold)

    def train(self, batches, steps):
        del batches
        begin = int(self.step)
        self.step.assign_add(int(steps))
        mean = begin + (int(steps) + 1) / 2
        return {"loss": tf.constant(mean), "share": tf.constant(0.5)}


class Log(Action):
    """Records the calls of an action."""

    def __init__(self) -> None:
        self.moments: list[str] = []
        self.records: list[dict] = []

    def begin_epoch(self, epoch):
        self.moments.append(f"begin {epoch}")

    def end_call(self, call):
        self.moments.append(f"call {call.step}")

    def end_epoch(self, epoch, record):
        self.moments.append(f"end {epoch}")
        self.records.append(record)

    def save(self, call):
        self.moments.append(f"save {call.step}")


class ControllerTest(unittest.TestCase):
    def run_from(self, step: int, actions, batches=iter) -> None:
        config = Config(epochs=2, steps_per_call=3, batch_size=10)
        controller = Controller(
            config,
            FakeTrainer(step),
            actions,
            batches=lambda start: batches([start]),
            steps_per_epoch=STEPS,
        )
        stop = StopRequests()
        with stop.installed():
            controller.train(stop)

    def test_calls_every_moment_in_order(self):
        log = Log()
        self.run_from(0, [log])
        first = ["begin 0", "call 3", "save 3", "call 5", "end 1", "save 5"]
        second = ["begin 1", "call 8", "save 8", "call 10", "end 2", "save 10"]
        self.assertEqual(log.moments, [*first, *second])

    def test_a_restart_begins_within_the_epoch(self):
        log = Log()
        self.run_from(8, [log])
        self.assertEqual(
            log.moments, ["begin 1", "call 10", "end 2", "save 10"]
        )

    def test_a_finished_training_does_nothing(self):
        log = Log()
        self.run_from(2 * STEPS, [log])
        self.assertEqual(log.moments, [])

    def test_the_metrics_of_the_loss_are_columns_of_the_record(self):
        log = Log()
        self.run_from(0, [log])
        record = log.records[1]
        self.assertEqual(
            list(record),
            [
                "epoch",
                "loss",
                "share",
                "validation_map",
                "learning_rate",
                "epsilon",
                "images_per_second",
            ],
        )
        # Steps 6 to 10.
        self.assertEqual((record["epoch"], record["loss"]), (2, 8.0))
        self.assertIsNone(record["validation_map"])
        self.assertGreater(record["images_per_second"], 0)

    def test_a_signal_within_a_call_stops_after_saving(self):
        class Kill(Action):
            def end_call(self, call):
                os.kill(os.getpid(), signal.SIGTERM)

        log = Log()
        with self.assertRaises(Stopped) as stopped:
            self.run_from(0, [log, Kill()])
        self.assertEqual(stopped.exception.status, 143)
        self.assertIn("at step 3 of 10", str(stopped.exception))
        self.assertEqual(log.moments[-1], "save 3")

    def test_a_signal_while_batches_are_prepared_stops_at_once(self):
        prepared = []

        def batches(start):
            # Computing the features of a frozen part, for example, takes hours.
            os.kill(os.getpid(), signal.SIGINT)
            prepared.append(start)
            return iter(start)

        with self.assertRaises(Stopped) as stopped:
            self.run_from(0, [], batches)
        self.assertEqual(stopped.exception.status, 130)
        self.assertEqual(prepared, [])

    def test_an_error_of_an_action_ends_the_training(self):
        class Refuse(Action):
            def end_epoch(self, epoch, record):
                raise ArithmeticError

        log = Log()
        with contextlib.suppress(ArithmeticError):
            self.run_from(0, [log, Refuse()])
        self.assertEqual(log.moments[-1], "end 1")


if __name__ == "__main__":
    unittest.main()
