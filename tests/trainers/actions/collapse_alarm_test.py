"""Collapse is said in words, with a remedy; health is not."""

import unittest

import numpy as np

from trainers import alarm


class AlarmTest(unittest.TestCase):
    def setUp(self):
        rng = np.random.default_rng(0)
        self.varied = rng.integers(0, 2, [400, 12])

    def test_varied_codes_raise_no_alarm(self):
        self.assertIsNone(alarm.find_collapse(self.varied, 0.4, 0.5, 1.0, 0.01))

    def test_constant_codes(self):
        for constant in (np.zeros([400, 12]), np.ones([400, 12])):
            words = alarm.find_collapse(constant, 0.4, 0.5, 1.0, 0.01)
            self.assertRegex(words, "collapsed.*--learning_rate=0.002")

    def test_one_differing_image_does_not_hide_a_collapse(self):
        nearly = np.zeros([1000, 12])
        nearly[0] = 1
        self.assertIn(
            "collapsed", alarm.find_collapse(nearly, 0.4, 0.5, 1.0, 0.01)
        )

    def test_loss_at_the_margin(self):
        words = alarm.find_collapse(self.varied, 2.001, 1.0, 2.0, 0.01)
        self.assertIn("sits at the margin (2.0010)", words)
        # A mean over active triplets passes the margin on its way down.
        self.assertIsNone(
            alarm.find_collapse(self.varied, 2.001, 0.5, 2.0, 0.01)
        )

    def test_loss_that_is_no_number(self):
        alarm.check_finite(0.3, 1, 0.01)
        for loss in (float("nan"), float("inf")):
            with self.assertRaisesRegex(alarm.TrainingError, "in epoch 4"):
                alarm.check_finite(loss, 4, 0.01)


if __name__ == "__main__":
    unittest.main()
