"""Tests of triplet mining."""

import unittest

import keras
import numpy as np
import tensorflow as tf

from tests import testing
from tests.losses import oracle
from tf_dnnh.losses import mining
from tf_dnnh.losses.pairs import similarity_masks, squared_distances

# Given distances of four images of classes 0, 0, 1, 1.
DISTANCES = np.float32([[0, 2, 1, 5], [2, 0, 4, 3], [1, 4, 0, 6], [5, 3, 6, 0]])
MASKS = similarity_masks(np.array([0, 0, 1, 1]))


def mine(name: str, margin: float, seed: int = 0) -> dict[str, list[float]]:
    options = {"seed": seed} if name == "random" else {}
    mined = mining.MINING[name](DISTANCES, *MASKS, margin, **options)
    return {k: v.numpy().tolist() for k, v in mined._asdict().items()}


class ByHandTest(unittest.TestCase):
    def test_batch_all(self):
        # Anchor 0, positive 1 at 2: 2 - 1 + 1.5 = 2.5, 2 - 5 + 1.5 < 0.
        # Anchor 1, positive 0 at 2: 2 - 4 + 1.5 < 0, 2 - 3 + 1.5 = .5.
        # Anchor 2, positive 3 at 6: 6 - 1 + 1.5 = 6.5, 6 - 4 + 1.5 = 3.5.
        # Anchor 3, positive 2 at 6: 6 - 5 + 1.5 = 2.5, 6 - 3 + 1.5 = 4.5.
        mined = mine("batch_all", 1.5)
        np.testing.assert_allclose(mined["hinge"], [2.5, 0.5, 10, 7], rtol=1e-6)
        self.assertEqual(mined["active"], [1, 1, 2, 2])
        self.assertEqual(mined["triplets"], [2, 2, 2, 2])

    def test_a_hinge_of_zero_is_not_active(self):
        # With margin 1, anchor 1: 2 - 3 + 1 = 0 and 2 - 4 + 1 < 0.
        mined = mine("batch_all", 1.0)
        np.testing.assert_allclose(mined["hinge"], [2, 0, 9, 6], atol=1e-6)
        self.assertEqual(mined["active"], [1, 0, 2, 2])

    def test_batch_hard(self):
        # The nearest negatives lie at 1, 3, 1 and 3.
        mined = mine("batch_hard", 1.5)
        self.assertEqual(mined["hinge"], [2.5, 0.5, 6.5, 4.5])
        self.assertEqual(mined["active"], [1, 1, 1, 1])
        self.assertEqual(mined["triplets"], [1, 1, 1, 1])

    def test_semi_hard(self):
        # Beyond the positives: 5, 3; none for anchors 2 and 3, whose farthest
        # negatives lie at 4 and 5.
        mined = mine("semi_hard", 1.5)
        self.assertEqual(mined["hinge"], [0, 0.5, 3.5, 2.5])
        self.assertEqual(mined["active"], [0, 1, 1, 1])

    def test_random_draws_both_negatives(self):
        # Each anchor has one positive and two negatives.
        seen = {tuple(mine("random", 1.5, seed)["hinge"]) for seed in range(40)}
        for anchor, both in enumerate(
            ([2.5, 0], [0, 0.5], [6.5, 3.5], [2.5, 4.5])
        ):
            self.assertEqual({hinges[anchor] for hinges in seen}, set(both))


class NormalizerTest(unittest.TestCase):
    def test_counts_all_triplets_or_those_with_a_loss(self):
        arrays = np.float32([[1, 2], [1, 2], [4, 3]])
        mined = mining.Mined(*arrays)
        self.assertEqual(float(mined.normalizer("mean")), 7)
        self.assertEqual(float(mined.normalizer("mean_nonzero")), 3)

    def test_is_never_zero(self):
        none = mining.Mined(*np.zeros([3, 2], np.float32))
        for reduction in ("mean", "mean_nonzero"):
            self.assertEqual(float(none.normalizer(reduction)), 1)


class BatchAllTest(unittest.TestCase):
    def check(
        self,
        codes: np.ndarray,
        labels: np.ndarray,
        margin: float,
        xla: bool = False,
    ) -> None:
        codes = codes.astype(np.float32)
        total, active, triplets = oracle.naive_batch_all(codes, labels, margin)
        mined = mining.mine_batch(
            codes, labels, margin=margin, mining="batch_all"
        )
        self.assertEqual(int(sum(mined.active)), active)
        self.assertEqual(int(sum(mined.triplets)), triplets)
        np.testing.assert_allclose(sum(mined.hinge), total, rtol=1e-5)

        def fast(x: tf.Tensor) -> tf.Tensor:
            return tf.reduce_sum(
                mining.mine_batch(
                    x, labels, margin=margin, mining="batch_all"
                ).hinge
            )

        slope = testing.gradient(
            lambda x: oracle.naive_batch_all(x, labels, margin)[0], codes
        )
        np.testing.assert_allclose(
            testing.gradient(
                tf.function(fast, jit_compile=True) if xla else fast, codes
            ),
            slope,
            rtol=1e-5,
            atol=1e-5 * np.abs(slope).max(),
        )

    def test_equals_the_naive_sum_and_its_gradient(self):
        rng = np.random.default_rng(0)
        for batch, bits, classes, margin in (
            (7, 3, 2, 0.4),
            (40, 48, 10, 2.0),
            (61, 12, 3, 1.0),
        ):
            with self.subTest(batch=batch, bits=bits, margin=margin):
                self.check(
                    rng.random([batch, bits]),
                    rng.integers(0, classes, batch),
                    margin,
                )

    def test_ties_of_binary_codes(self):
        # Whole distances with a whole margin: many hinges are exactly zero.
        rng = np.random.default_rng(0)
        codes, labels = rng.integers(0, 2, [40, 8]), rng.integers(0, 3, 40)
        self.check(codes, labels, 1.0)
        self.check(codes, labels, 1.0, xla=True)

    def test_several_labels(self):
        rng = np.random.default_rng(0)
        labels = (rng.random([40, 5]) < 0.3).astype(np.uint8)
        self.check(rng.random([40, 12]), labels, 1.0)

    def test_collapsed_codes_cost_the_margin(self):
        mined = mining.mine_batch(
            np.full([30, 48], 0.9, np.float32),
            np.arange(30) % 5,
            margin=2.0,
            mining="batch_all",
        )
        self.assertEqual(float(sum(mined.active) / sum(mined.triplets)), 1.0)
        np.testing.assert_allclose(
            sum(mined.hinge), 2.0 * sum(mined.triplets), rtol=1e-5
        )

    def test_numeric_gradient(self):
        rng = np.random.default_rng(3)
        codes = rng.random([6, 4]).astype(np.float32)

        def loss(x: np.ndarray) -> tf.Tensor:
            return tf.reduce_sum(
                mining.mine_batch(
                    x, [0, 0, 1, 1, 0, 1], margin=0.7, mining="batch_all"
                ).hinge
            )

        np.testing.assert_allclose(
            testing.gradient(loss, codes),
            testing.numeric_gradient(loss, codes, step=1e-3),
            atol=2e-2,
        )


class ChosenTripletsTest(unittest.TestCase):
    def test_equal_the_loops(self):
        rng = np.random.default_rng(0)
        codes = rng.random([30, 12]).astype(np.float32)
        binary = rng.integers(0, 2, [30, 6]).astype(np.float32)
        labels = rng.integers(0, 4, 30)
        several = (rng.random([30, 6]) < 0.25).astype(int)
        for x in (codes, binary):
            for y in (labels, several):
                for name in ("semi_hard", "batch_hard"):
                    with self.subTest(mining=name, bits=x.shape[1]):
                        self.check(name, x, y)

    def test_equal_the_loops_when_compiled(self):
        rng = np.random.default_rng(1)
        codes, labels = rng.integers(0, 2, [30, 6]), rng.integers(0, 4, 30)
        for name in ("semi_hard", "batch_hard"):
            with self.subTest(mining=name):
                self.check(name, codes.astype(np.float32), labels, xla=True)

    def check(
        self,
        name: str,
        codes: np.ndarray,
        labels: np.ndarray,
        xla: bool = False,
    ) -> None:
        distances = squared_distances(codes).numpy()
        masks = [mask.numpy() for mask in similarity_masks(labels)]
        triplets = oracle.chosen_triplets(distances, *masks, name)
        hinges = np.zeros(len(codes))
        for i, j, k in triplets:
            hinges[i] += max(0, distances[i, j] - distances[i, k] + 1.25)

        def mine(x: tf.Tensor) -> mining.Mined:
            return mining.mine_batch(x, labels, margin=1.25, mining=name)

        mined = (tf.function(mine, jit_compile=True) if xla else mine)(codes)
        self.assertEqual(int(sum(mined.triplets)), len(triplets))
        np.testing.assert_allclose(mined.hinge, hinges, atol=1e-4)

    def test_gradients_move_the_chosen_images_alone(self):
        codes = np.float32([[0.0], [0.2], [0.3], [0.9]])
        labels = [0, 0, 1, 2]
        # Anchor 0: positive 1 at .04, nearest negative 2 at .09;
        # anchor 1: positive 0 at .04, nearest negative 2 at .01. Hence
        # d/dx0: -2*.2 + 2*.3 - 2*.2; d/dx1: 2*.2 + 2*.2 + 2*.1;
        # d/dx2: -2*.3 - 2*.1; nothing for 3.
        slope = testing.gradient(
            lambda x: tf.reduce_sum(
                mining.mine_batch(
                    x, labels, margin=1.0, mining="batch_hard"
                ).hinge
            ),
            codes,
        )
        np.testing.assert_allclose(
            slope[:, 0], [-0.2, 1.0, -0.8, 0.0], atol=1e-6
        )


class RandomTest(unittest.TestCase):
    def setUp(self):
        rng = np.random.default_rng(0)
        self.codes = rng.random([24, 12]).astype(np.float32)
        self.labels = rng.integers(0, 3, 24)

    def hinge(self, seed: object) -> np.ndarray:
        return mining.mine_batch(
            self.codes, self.labels, margin=2.0, mining="random", seed=seed
        ).hinge.numpy()

    def test_a_seed_fixes_the_draw(self):
        for seed in (7, tf.constant([7, 1])):
            np.testing.assert_array_equal(self.hinge(seed), self.hinge(seed))
        self.assertTrue(
            (self.hinge(tf.constant([7, 1])) != self.hinge([7, 2])).any()
        )

    def test_a_generator_moves_on(self):
        generator = keras.random.SeedGenerator(1)
        first, second = self.hinge(generator), self.hinge(generator)
        self.assertTrue((first != second).any())

    def test_every_triplet_is_as_likely(self):
        # Anchor 0 has two positives and two negatives: four triplets.
        distances = np.float32([[0, 1, 2, 10, 20]] * 5)
        masks = similarity_masks(np.array([0, 0, 0, 1, 1]))
        counts: dict[float, int] = {}
        for seed in range(200):
            mined = mining.random(distances, *masks, 30.0, seed=seed)
            value = round(float(mined.hinge[0]))
            counts[value] = counts.get(value, 0) + 1
        # 30 + 1 - 20, 30 + 2 - 20, 30 + 1 - 10 and 30 + 2 - 10.
        self.assertEqual(set(counts), {11, 12, 21, 22})
        self.assertGreater(min(counts.values()), 30)


class NoTripletTest(unittest.TestCase):
    def test_anchors_without_positive_or_negative_count_nothing(self):
        codes = np.random.default_rng(0).random([4, 6]).astype(np.float32)
        for name in mining.MINING:
            for labels in ([0, 0, 0, 0], [0, 1, 2, 3]):
                with self.subTest(mining=name, labels=labels):

                    def loss(x, name=name, labels=labels):
                        mined = mining.mine_batch(
                            x, labels, margin=1.0, mining=name, seed=0
                        )
                        self.assertEqual(float(sum(mined.triplets)), 0)
                        self.assertEqual(float(sum(mined.active)), 0)
                        return tf.reduce_sum(mined.hinge)

                    self.assertEqual(float(loss(codes)), 0)
                    slope = testing.gradient(loss, codes)
                    np.testing.assert_array_equal(slope, np.zeros([4, 6]))

    def test_a_single_image(self):
        for name in mining.MINING:
            mined = mining.mine_batch(
                np.ones([1, 4]), [3], margin=1.0, mining=name, seed=0
            )
            self.assertEqual(float(sum(mined.hinge)), 0)


if __name__ == "__main__":
    unittest.main()
