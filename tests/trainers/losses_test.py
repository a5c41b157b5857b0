"""Tests of the losses of runs: value, metrics and settings."""

import unittest

import numpy as np
import tensorflow as tf

from tf_dnnh.class_codes import class_codes
from tf_dnnh.losses import batch_triplet_loss
from trainers.config import Config, ConfigError
from trainers.losses import LOSSES, make_loss

CODES = tf.constant([[0.0, 0.2], [0.5, 0.1], [1.0, 0.9], [0.3, 0.4]])
LABELS = tf.constant([0.0, 0.0, 1.0, 1.0])


class TripletRankingTest(unittest.TestCase):
    def test_value_and_metric_are_those_of_the_settings(self):
        config = Config(margin=0.7, mining="batch_hard")
        value, metrics = LOSSES["triplet_ranking"](config)(
            CODES, LABELS, tf.constant([0, 1])
        )
        expected, statistics = batch_triplet_loss(
            CODES, LABELS, margin=0.7, mining="batch_hard"
        )
        np.testing.assert_allclose(value, expected)
        self.assertEqual(list(metrics), ["active_share"])
        np.testing.assert_allclose(
            metrics["active_share"], statistics["active_share"]
        )

    def test_random_triplets_follow_the_seed(self):
        rng = np.random.default_rng(0)
        codes = tf.constant(rng.random([40, 3]), tf.float32)
        labels = tf.constant(rng.integers(0, 3, 40), tf.float32)
        loss = LOSSES["triplet_ranking"](Config(mining="random"))
        values = [
            float(loss(codes, labels, tf.constant([0, step]))[0])
            for step in (1, 2, 1)
        ]
        self.assertEqual(values[0], values[2])
        self.assertNotEqual(values[0], values[1])


class MakeLossTest(unittest.TestCase):
    def test_class_codes_join_every_batch(self):
        config = Config(margin=0.7, bits=2, class_codes=2, seed=3)
        loss = make_loss(config, classes=2)
        value, metrics = loss(CODES, LABELS, tf.constant([0, 1]))
        fixed = class_codes(2, 2, seed=3)
        expected, statistics = batch_triplet_loss(
            np.concatenate([CODES, fixed, fixed]),
            np.array([0, 0, 1, 1, 0, 1, 0, 1]),
            margin=0.7,
        )
        np.testing.assert_allclose(value, expected)
        np.testing.assert_allclose(
            metrics["active_share"], statistics["active_share"]
        )

    def test_without_class_codes_it_is_the_loss_itself(self):
        given = make_loss(Config(), classes=2)(CODES, LABELS, None)
        own = LOSSES["triplet_ranking"](Config())(CODES, LABELS, None)
        self.assertEqual(float(given[0]), float(own[0]))

    def test_an_unknown_loss_lists_the_known(self):
        with self.assertRaisesRegex(ConfigError, "triplet_ranking. Received"):
            make_loss(Config(loss="mine"), classes=2)


if __name__ == "__main__":
    unittest.main()
