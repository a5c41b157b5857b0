"""Tests of the loss for `model.compile` and `model.fit`."""

import unittest

import keras
import numpy as np
import tensorflow as tf

from tests import testing
from tf_dnnh.layers import DivideAndEncode
from tf_dnnh.losses import TripletRankingLoss, batch_triplet_loss

MININGS = ("batch_all", "random", "semi_hard", "batch_hard")


def small_model(seed: int = 0) -> keras.Model:
    keras.utils.set_random_seed(seed)
    return keras.Sequential([keras.Input([24]), DivideAndEncode(12)])


class TripletRankingLossTest(unittest.TestCase):
    def setUp(self):
        rng = np.random.default_rng(0)
        self.codes = rng.random([30, 12]).astype(np.float32)
        self.labels = rng.integers(0, 4, 30)
        # Three classes, each around its own point.
        self.classes = np.arange(60) % 3
        centres = rng.normal(size=[3, 24])
        noise = 0.5 * rng.normal(size=[60, 24])
        self.features = (centres[self.classes] + noise).astype(np.float32)

    def test_equals_the_function(self):
        for mining in ("batch_all", "semi_hard", "batch_hard"):
            for reduction in ("mean", "mean_nonzero"):
                loss = TripletRankingLoss(0.75, mining, reduction)
                expected, _ = batch_triplet_loss(
                    self.codes,
                    self.labels,
                    margin=0.75,
                    mining=mining,
                    reduction=reduction,
                )
                np.testing.assert_allclose(
                    loss(self.labels, self.codes), expected, rtol=1e-5
                )

    def test_fit_learns_with_every_mining(self):
        for mining in MININGS:
            with self.subTest(mining=mining):
                model = small_model()
                model.compile(
                    keras.optimizers.Adam(0.05),
                    TripletRankingLoss(margin=2.0, mining=mining, seed=0),
                )
                history = model.fit(
                    self.features,
                    self.classes,
                    batch_size=24,
                    epochs=8,
                    verbose=0,
                ).history["loss"]
                self.assertLess(history[-1], 0.5 * history[0])

    def test_fit_takes_several_labels(self):
        model = small_model()
        model.compile("adam", TripletRankingLoss())
        several = np.eye(3, 5, dtype=np.uint8)[self.classes]
        single = small_model()
        single.compile("adam", TripletRankingLoss())
        for labels, one in ((several, model), (self.classes, single)):
            one.fit(self.features, labels, 20, 2, verbose=0, shuffle=False)
        np.testing.assert_allclose(
            model(self.features), single(self.features), atol=1e-5
        )

    def test_sample_weights_weigh_anchors(self):
        loss = TripletRankingLoss(0.75)
        only_first = np.zeros(30)
        only_first[0] = 1.0
        alone = loss(self.labels, self.codes, sample_weight=only_first)
        rest = loss(self.labels, self.codes, sample_weight=1 - only_first)
        np.testing.assert_allclose(
            alone + rest, loss(self.labels, self.codes), rtol=1e-5
        )

    def test_config_round_trip(self):
        loss = TripletRankingLoss(2.5, "random", "mean_nonzero", 7, "mine")
        again = keras.losses.deserialize(keras.losses.serialize(loss))
        self.assertIsInstance(again, TripletRankingLoss)
        self.assertEqual(again.get_config(), loss.get_config())
        self.assertEqual(again.margin, 2.5)

    def test_takes_what_every_keras_loss_takes(self):
        mean = TripletRankingLoss(0.75)(self.labels, self.codes)
        total = TripletRankingLoss(0.75, reduction="sum")
        np.testing.assert_allclose(
            total(self.labels, self.codes), 30 * mean, rtol=1e-5
        )
        each = TripletRankingLoss(0.75, reduction=None)
        values = each(self.labels, self.codes)
        self.assertEqual(values.shape, (30,))
        np.testing.assert_allclose(np.mean(values), mean, rtol=1e-5)
        half = TripletRankingLoss(0.75, dtype="bfloat16")
        value = half(self.labels, self.codes)
        self.assertEqual(value.dtype, tf.bfloat16)
        np.testing.assert_allclose(float(value), mean, rtol=2e-2)

    def test_the_configuration_has_reduction_and_dtype(self):
        loss = TripletRankingLoss(reduction="sum", dtype="bfloat16")
        again = keras.losses.deserialize(keras.losses.serialize(loss))
        self.assertEqual(again.reduction, "sum")
        self.assertEqual(again.dtype, "bfloat16")

    def test_answers_to_old_names(self):
        with self.assertWarns(DeprecationWarning):
            loss = TripletRankingLoss(0.75, "hardest", "mean_active")
        self.assertEqual(
            loss(self.labels, self.codes),
            TripletRankingLoss(0.75, "batch_hard", "mean_nonzero")(
                self.labels, self.codes
            ),
        )

    def test_is_saved_with_the_model(self):
        model = small_model()
        model.compile(
            "sgd", TripletRankingLoss(margin=3.0, mining="batch_hard")
        )
        model.fit(self.features, self.classes, verbose=0)
        loaded = testing.save_and_load(model)
        self.assertEqual(
            loaded.evaluate(self.features, self.classes, verbose=0),
            model.evaluate(self.features, self.classes, verbose=0),
        )
        self.assertEqual(loaded.loss.mining, "batch_hard")

    def test_is_float32_under_mixed_precision(self):
        loss = TripletRankingLoss()
        value = loss(self.labels, tf.constant(self.codes, tf.float16))
        self.assertEqual(value.dtype, tf.float32)

    def test_compiled(self):
        loss = TripletRankingLoss()
        expected = loss(self.labels, self.codes)
        for xla in (False, True):
            compiled = tf.function(loss, jit_compile=xla)
            np.testing.assert_allclose(
                compiled(self.labels, self.codes), expected, rtol=1e-5
            )

    def test_a_seed_repeats_the_draws(self):
        first, second = (
            TripletRankingLoss(2.0, "random", seed=3) for _ in range(2)
        )
        for _ in range(2):
            self.assertEqual(
                first(self.labels, self.codes), second(self.labels, self.codes)
            )

    def test_refuses_unknown_words(self):
        with self.assertRaisesRegex(ValueError, "`mining`.*'all'"):
            TripletRankingLoss(mining="all")
        with self.assertRaisesRegex(ValueError, "`reduction_over`.*'sum'"):
            TripletRankingLoss(reduction_over="sum")


if __name__ == "__main__":
    unittest.main()
