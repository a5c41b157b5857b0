"""Tests of the triplet ranking loss on given triplets and on a batch."""

import pathlib
import subprocess
import sys
import unittest

import numpy as np
import tensorflow as tf

from tests import testing
from tests.losses import memory_check, oracle
from tf_dnnh.losses import batch_triplet_loss, triplet_ranking

# Two triplets, all numbers distinct. With |a - p|^2 and |a - n|^2:
# first 0.0625 + 0.25 = 0.3125 and 0.25 + 0.5625 = 0.8125;
# second 0.04 + 0.01 = 0.05 and 0.64 + 0.36 = 1.
ANCHOR = np.float32([[0.5, 0.25], [0.9, 0.1]])
POSITIVE = np.float32([[0.25, 0.75], [0.7, 0.2]])
NEGATIVE = np.float32([[1.0, 1.0], [0.1, 0.7]])


class TripletRankingTest(unittest.TestCase):
    def test_by_hand_inside_and_outside_the_margin(self):
        # 0.3125 - 0.8125 + 0.75 = 0.25; 0.05 - 1 + 0.75 < 0.
        loss = triplet_ranking(ANCHOR, POSITIVE, NEGATIVE, margin=0.75)
        np.testing.assert_allclose(loss, [0.25, 0.0], rtol=1e-6)
        # The default margin is 1: 0.5 and 0.05.
        loss = triplet_ranking(ANCHOR, POSITIVE, NEGATIVE)
        np.testing.assert_allclose(loss, [0.5, 0.05], rtol=1e-5)

    def test_subgradients_are_the_closed_form(self):
        """2 n - 2 p, 2 p - 2 a and 2 a - 2 n where the loss is above 0."""
        a, p, n = (tf.constant(x) for x in (ANCHOR, POSITIVE, NEGATIVE))
        with tf.GradientTape() as tape:
            tape.watch([a, p, n])
            loss = triplet_ranking(a, p, n, margin=0.75)
        slopes = tape.gradient(loss, [a, p, n])
        active = np.float32([[1], [0]])
        for slope, expected in zip(
            slopes,
            (
                2 * NEGATIVE - 2 * POSITIVE,
                2 * POSITIVE - 2 * ANCHOR,
                2 * ANCHOR - 2 * NEGATIVE,
            ),
            strict=True,
        ):
            np.testing.assert_allclose(slope, active * expected, atol=1e-6)
        np.testing.assert_allclose(sum(slopes), np.zeros([2, 2]), atol=1e-6)

    def test_gradient_at_exactly_the_margin_is_zero(self):
        # 0.3125 - 0.8125 + 0.5 = 0, all of it exact in float32.
        slope = testing.gradient(
            lambda x: tf.reduce_sum(
                triplet_ranking(x, POSITIVE[:1], NEGATIVE[:1], margin=0.5)
            ),
            ANCHOR[:1],
        )
        self.assertEqual(slope.tolist(), [[0.0, 0.0]])

    def test_equals_the_hamming_distances_of_binary_codes(self):
        rng = np.random.default_rng(0)
        a, p, n = rng.integers(0, 2, [3, 50, 12])
        hamming = (a != p).sum(axis=1) - (a != n).sum(axis=1)
        np.testing.assert_array_equal(
            triplet_ranking(a, p, n), np.maximum(hamming + 1, 0)
        )

    def test_half_precision_codes_are_computed_in_float32(self):
        rng = np.random.default_rng(0)
        codes = rng.random([3, 20, 48]).astype(np.float16)
        loss = triplet_ranking(*tf.constant(codes), margin=8.0)
        self.assertEqual(loss.dtype, tf.float32)
        exact = triplet_ranking(*codes.astype(np.float32), margin=8.0)
        np.testing.assert_array_equal(loss, exact)

    def test_compiled(self):
        for xla in (False, True):
            compiled = tf.function(triplet_ranking, jit_compile=xla)
            np.testing.assert_allclose(
                compiled(ANCHOR, POSITIVE, NEGATIVE), [0.5, 0.05], rtol=1e-5
            )


class BatchTripletLossTest(unittest.TestCase):
    def setUp(self):
        rng = np.random.default_rng(0)
        self.codes = rng.random([30, 12]).astype(np.float32)
        self.labels = rng.integers(0, 4, 30)

    def test_mean_over_all_or_over_active_triplets(self):
        total, active, triplets = oracle.naive_batch_all(
            self.codes, self.labels, 0.5
        )
        for reduction, count in (("mean", triplets), ("mean_nonzero", active)):
            loss, statistics = batch_triplet_loss(
                self.codes, self.labels, margin=0.5, reduction=reduction
            )
            np.testing.assert_allclose(loss, total / count, rtol=1e-5)
            self.assertEqual(int(statistics["triplets"]), triplets)
            np.testing.assert_allclose(
                statistics["active_share"], active / triplets, rtol=1e-6
            )

    def test_every_mining_gives_float32_scalars(self):
        for mining in ("batch_all", "random", "semi_hard", "batch_hard"):
            loss, statistics = batch_triplet_loss(
                tf.constant(self.codes, tf.float16),
                self.labels,
                mining=mining,
                seed=tf.constant([0, 1]),
            )
            for value in (loss, *statistics.values()):
                self.assertEqual((value.dtype, value.shape), (tf.float32, ()))
            self.assertGreater(float(loss), 0)
            self.assertLessEqual(float(statistics["active_share"]), 1)

    def test_does_not_depend_on_the_order_of_the_batch(self):
        order = np.random.default_rng(1).permutation(30)
        for mining in ("batch_all", "semi_hard", "batch_hard"):
            np.testing.assert_allclose(
                batch_triplet_loss(
                    self.codes, self.labels, mining=mining, reduction="mean"
                )[0],
                batch_triplet_loss(
                    self.codes[order], self.labels[order], mining=mining
                )[0],
                rtol=1e-5,
            )

    def test_no_triplet_costs_nothing(self):
        for reduction in ("mean", "mean_nonzero"):
            loss, statistics = batch_triplet_loss(
                self.codes, np.zeros(30), reduction=reduction
            )
            self.assertEqual(float(loss), 0)
            self.assertEqual(float(statistics["active_share"]), 0)

    def test_a_code_that_is_no_number_shows(self):
        self.codes[3, 3] = np.nan
        loss, _ = batch_triplet_loss(self.codes, self.labels)
        self.assertTrue(np.isnan(loss))

    def test_refuses_unknown_words(self):
        with self.assertRaisesRegex(ValueError, "`mining`.*batch_all.*'hard'"):
            batch_triplet_loss(self.codes, self.labels, mining="hard")
        with self.assertRaisesRegex(ValueError, "`reduction`.*'sum'"):
            batch_triplet_loss(self.codes, self.labels, reduction="sum")

    def test_a_batch_of_1024_trains_within_two_gigabytes(self):
        run = subprocess.run(
            [sys.executable, "-m", memory_check.__name__],
            cwd=pathlib.Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertLess(float(run.stdout), 2.0)


if __name__ == "__main__":
    unittest.main()
