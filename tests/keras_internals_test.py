"""Tests of what relies on how Keras works inside.

Passed with Keras 3.15. Where one fails with another version, look at
`tf_dnnh.keras_internals`.
"""

import unittest

import keras
import tensorflow as tf

from tf_dnnh.keras_internals import FixedSeed


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


if __name__ == "__main__":
    unittest.main()
