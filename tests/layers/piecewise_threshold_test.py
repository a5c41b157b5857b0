"""Tests of the piece-wise threshold."""

import unittest

import keras
import numpy as np
import tensorflow as tf

from tests import testing
from tf_dnnh.layers import PiecewiseThreshold


class PiecewiseThresholdTest(unittest.TestCase):
    def test_from_every_side(self):
        testing.run_layer_test(
            self,
            PiecewiseThreshold,
            {"epsilon": 0.25},
            np.float32([[0.0, 0.1, 0.3], [0.5, 0.6, 0.9]]),
            output_shape=(2, 3),
            weight_shapes=[()],
        )

    def test_values_on_and_around_the_edges(self):
        # The band of epsilon 0.25 is [0.25, 0.75], edges included; 0.25 and
        # 0.75 are exact in float32, and so are these neighbours.
        below, above = np.float32(0.25 - 2**-25), np.float32(0.75 + 2**-24)
        values = np.float32([0.0, below, 0.25, 0.4, 0.5, 0.75, above, 1.0])
        np.testing.assert_array_equal(
            PiecewiseThreshold(0.25)(values),
            np.float32([0.0, 0.0, 0.25, 0.4, 0.5, 0.75, 1.0, 1.0]),
        )

    def test_gradient_is_one_in_the_band_and_zero_outside(self):
        layer = PiecewiseThreshold(0.25)
        values = np.float32([0.1, 0.25, 0.3, 0.7, 0.75, 0.8])
        slope = testing.gradient(lambda s: tf.reduce_sum(layer(s)), values)
        self.assertEqual(slope.tolist(), [0, 1, 1, 1, 1, 0])

    def test_half_is_the_identity(self):
        values = np.float32([0.0, 1e-9, 0.5, 1.0])
        layer = PiecewiseThreshold()
        np.testing.assert_array_equal(layer(values), values)
        slope = testing.gradient(lambda s: tf.reduce_sum(layer(s)), values)
        self.assertEqual(slope.tolist(), [1, 1, 1, 1])

    def test_a_schedule_can_narrow_the_band_in_a_compiled_step(self):
        layer = PiecewiseThreshold()
        step = tf.function(layer)
        values = tf.constant([0.2, 0.45, 0.9])
        np.testing.assert_array_equal(step(values), values)
        layer.epsilon.assign(0.1)
        np.testing.assert_array_equal(step(values), np.float32([0, 0.45, 1]))

    def test_the_current_epsilon_is_saved(self):
        model = keras.Sequential([keras.Input([2]), PiecewiseThreshold(0.5)])
        model.layers[0].epsilon.assign(0.125)
        loaded = testing.save_and_load(model).layers[0]
        self.assertEqual(loaded.epsilon.numpy(), 0.125)
        self.assertEqual(loaded.get_config()["epsilon"], 0.125)

    def test_every_epsilon_of_a_schedule_is_saved_and_loaded(self):
        for epsilon in (0.5, 0.3, 0.1 * 0.7**40, 1e-45, 0.0):
            with self.subTest(epsilon=epsilon):
                layer = PiecewiseThreshold()
                model = keras.Sequential([keras.Input([2]), layer])
                layer.epsilon.assign(epsilon)
                loaded = testing.save_and_load(model).layers[0]
                self.assertEqual(loaded.epsilon.numpy(), layer.epsilon.numpy())

    def test_without_a_band_it_rounds(self):
        values = np.float32([0.0, 0.4999, 0.5, 0.5001, 1.0])
        layer = PiecewiseThreshold(0.0)
        self.assertEqual(layer(values).numpy().tolist(), [0, 0, 0.5, 1, 1])
        slope = testing.gradient(lambda s: tf.reduce_sum(layer(s)), values)
        self.assertEqual(slope.tolist(), [0, 0, 1, 0, 0])

    def test_epsilon_stays_float32_and_is_not_trained(self):
        layer = PiecewiseThreshold(0.3, dtype="mixed_float16")
        self.assertEqual(layer.epsilon.dtype, "float32")
        self.assertEqual(layer.trainable_weights, [])

    def test_refuses_an_epsilon_out_of_range(self):
        for epsilon in (-1e-9, -0.1, 0.6, float("nan")):
            with self.assertRaisesRegex(ValueError, f"epsilon={epsilon}"):
                PiecewiseThreshold(epsilon)


if __name__ == "__main__":
    unittest.main()
