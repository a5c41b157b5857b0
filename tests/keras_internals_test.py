"""Tests of code that relies on Keras' internals.

They passed with Keras 3.15. If one fails with another version, look at
`tf_dnnh.keras_internals`.
"""

import unittest

import keras
import numpy as np
import tensorflow as tf

from tf_dnnh.keras_internals import FixedSeed, scale_learning_rate


class FixedSeedTest(unittest.TestCase):
    def test_draws_what_tensorflow_draws_from_the_seed(self):
        def draw(seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            return (
                keras.random.uniform((2, 3), seed=FixedSeed(seed)),
                tf.random.stateless_uniform([2, 3], seed),
            )

        for function in (
            draw,
            tf.function(draw),
            tf.function(draw, jit_compile=True),
        ):
            actual, expected = function(tf.constant([7, 2]))
            self.assertEqual(actual.numpy().tolist(), expected.numpy().tolist())

    def test_every_draw_is_the_same(self):
        generator = FixedSeed([7, 2])
        first, second = (
            keras.random.uniform([4], seed=generator).numpy().tolist()
            for _ in range(2)
        )
        self.assertEqual(first, second)


class ScaleLearningRateTest(unittest.TestCase):
    def test_only_the_named_variables_take_shorter_steps(self):
        for optimizer in (
            keras.optimizers.SGD(0.1, momentum=0.9),
            keras.optimizers.AdamW(0.1, weight_decay=0.0),
        ):
            slow, fast = (keras.Variable([1.0, 2.0]) for _ in range(2))
            scale_learning_rate(optimizer, [slow], 0.1)
            optimizer.build([slow, fast])
            gradient = tf.constant([3.0, -2.0])
            optimizer.apply([gradient, gradient], [slow, fast])
            moved = [v.numpy() - [1.0, 2.0] for v in (slow, fast)]
            np.testing.assert_allclose(moved[0], moved[1] / 10, rtol=1e-3)


if __name__ == "__main__":
    unittest.main()
