"""Tests that the band narrows in steps, after a restart as before."""

import unittest

from tf_dnnh.layers import PiecewiseThreshold
from trainers.actions.epsilon_schedule import EpsilonSchedule
from trainers.config import Config


class EpsilonScheduleTest(unittest.TestCase):
    def test_epsilon_is_cut_every_few_epochs(self):
        threshold = PiecewiseThreshold()
        config = Config(epsilon_decay=0.8, epsilon_decay_epochs=2)
        schedule = EpsilonSchedule(threshold, config)
        found = []
        for epoch in (0, 1, 2, 5, 2):
            schedule.begin_epoch(epoch)
            found.append(round(float(threshold.epsilon.numpy()), 6))
        self.assertEqual(found, [0.5, 0.5, 0.4, 0.32, 0.4])


if __name__ == "__main__":
    unittest.main()
