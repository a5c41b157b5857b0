import unittest

import numpy as np
import tensorflow as tf

from benchmarks import train_step
from benchmarks.train_step import Cost


class TrainStepTest(unittest.TestCase):
    def test_works_take_turns(self):
        seen: list[str] = []
        works = {name: lambda name=name: seen.append(name) for name in "abc"}
        costs = train_step.in_turns(works, rounds=2)
        self.assertEqual("".join(seen), "abc" + "abcabc")
        self.assertEqual({len(own) for own in costs.values()}, {2})

    def test_ratio_is_the_median_over_rounds(self):
        # 2, 3 and 10 times as long: one disturbed round does not matter.
        first = [Cost(1.0, 1.0), Cost(2.0, 1.0), Cost(1.0, 1.0)]
        second = [Cost(2.0, 1.0), Cost(6.0, 1.0), Cost(10.0, 1.0)]
        self.assertEqual(train_step.ratio(first, second, "wall"), 3.0)
        self.assertEqual(train_step.ratio(first, second, "cpu"), 1.0)

    def test_naive_loss_worked_by_hand(self):
        # Squared distances 0.25 (positive) against 1 and 0.25 (negatives):
        # hinges max(0, 0.25 - 1 + 1) = 0.25 and max(0, 0.25 - 0.25 + 1) = 1.
        codes = tf.constant([[0.0], [0.5], [1.0]])
        loss = train_step.naive_loss(codes, tf.constant([0, 0, 1]), 1.0)
        self.assertAlmostEqual(float(loss), (0.25 + 1.0) / 2)

    def test_a_naive_loss_too_large_is_not_run_and_said_so(self):
        row = train_step.loss_row(64, bits=12, rounds=1, memory=1e-6)
        self.assertIn("not run", row)
        self.assertRegex(
            train_step.loss_row(64, bits=12, rounds=1, memory=1.0),
            r"^\| 64 \| [\d.]+ \| [\d.]+ \| [\d.]+x \|$",
        )

    def test_data_are_as_many_as_the_protocol_trains_on(self):
        dataset, split = train_step.made_up_data()
        self.assertEqual(len(split.training), 5_000)
        self.assertEqual(set(np.bincount(dataset.labels)), {500})


if __name__ == "__main__":
    unittest.main()
