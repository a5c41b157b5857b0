"""Tests that a collapse is reported with a remedy, and nothing else is."""

import contextlib
import io
import types
import unittest

import numpy as np

from trainers.actions.action import Call
from trainers.actions.collapse_alarm import (
    CollapseAlarm,
    TrainingError,
    find_collapse,
)
from trainers.config import Config

CONFIG = Config(learning_rate=0.01, margin=2.0)


def record(loss: float = 0.4, active: float = 0.5) -> dict:
    return {"epoch": 2, "loss": loss, "active_share": active}


class FindCollapseTest(unittest.TestCase):
    def setUp(self):
        rng = np.random.default_rng(0)
        self.varied = rng.integers(0, 2, [400, 12])

    def test_varied_codes_raise_no_alarm(self):
        self.assertIsNone(find_collapse(self.varied, record(), CONFIG))

    def test_constant_codes(self):
        for constant in (np.zeros([400, 12]), np.ones([400, 12])):
            words = find_collapse(constant, record(), CONFIG)
            self.assertRegex(words, "collapsed.*--learning_rate=0.002")

    def test_one_differing_image_does_not_hide_a_collapse(self):
        nearly = np.zeros([1000, 12])
        nearly[0] = 1
        self.assertIn("collapsed", find_collapse(nearly, record(), CONFIG))

    def test_loss_at_the_margin(self):
        words = find_collapse(self.varied, record(2.001, 1.0), CONFIG)
        self.assertIn("sits at the margin (2.0010)", words)
        # A mean over non-zero losses passes through the margin as it falls.
        passing = find_collapse(self.varied, record(2.001, 0.5), CONFIG)
        self.assertIsNone(passing)

    def test_a_loss_without_triplets_is_judged_by_its_codes(self):
        self.assertIsNone(find_collapse(self.varied, {"loss": 2.0}, CONFIG))


class CollapseAlarmTest(unittest.TestCase):
    def setUp(self):
        self.validation = types.SimpleNamespace(bits=np.zeros([40, 12]))
        self.alarm = CollapseAlarm(self.validation, CONFIG)

    def warnings(self, *epochs: int) -> list[str]:
        errors = io.StringIO()
        with contextlib.redirect_stderr(errors):
            for epoch in epochs:
                self.alarm.end_epoch(epoch, record())
        return errors.getvalue().splitlines()

    def test_warns_once_and_not_after_the_first_epoch(self):
        self.assertEqual(self.warnings(1), [])
        (line,) = self.warnings(2, 3)
        self.assertRegex(line, "^warning: The codes have collapsed")

    def test_says_nothing_of_an_epoch_without_validation(self):
        self.validation.bits = None
        self.assertEqual(self.warnings(2), [])

    def test_a_loss_that_is_not_finite_ends_the_training(self):
        self.alarm.end_call(Call(4, 1, 9, 0.1, {"loss": 0.3}, False))
        for loss in (float("nan"), float("inf")):
            with self.assertRaisesRegex(TrainingError, "in epoch 4"):
                self.alarm.end_call(Call(4, 1, 9, 0.1, {"loss": loss}, False))


if __name__ == "__main__":
    unittest.main()
