"""Tests of half precision: where it is used, and where it must not be."""

import unittest

import keras
import numpy as np
import tensorflow as tf

from tests.conformance import public

KINDS = ("float16", "bfloat16")


class MixedPrecisionTest(unittest.TestCase):
    def tearDown(self):
        keras.config.set_dtype_policy("float32")

    def test_layers_and_backbones_compute_in_half_precision(self):
        for name, case in {**public.LAYERS, **public.BACKBONES}.items():
            keras.config.set_dtype_policy("float32")
            full = case.make()
            expected = case.call(full)
            for kind in KINDS:
                with self.subTest(name=name, kind=kind):
                    keras.config.set_dtype_policy(f"mixed_{kind}")
                    half = case.make()
                    self.check_weights(half, case)
                    half.set_weights(full.get_weights())
                    outputs = case.call(half)
                    self.assertEqual(outputs.dtype, kind)
                    self.check_close(outputs, expected)

    def test_codes_of_models_are_float32(self):
        for name, case in public.MODELS.items():
            keras.config.set_dtype_policy("float32")
            full = case.make()
            for kind in KINDS:
                with self.subTest(name=name, kind=kind):
                    keras.config.set_dtype_policy(f"mixed_{kind}")
                    half = case.make()
                    self.check_weights(half, case)
                    half.set_weights(full.get_weights())
                    for outputs, expected in (
                        (case.call(half), case.call(full)),
                        (case.call(half.logits), case.call(full.logits)),
                    ):
                        self.assertEqual(outputs.dtype, "float32")
                        self.check_close(outputs, expected)

    def test_losses_compute_in_float32(self):
        for name, case in {**public.LOSSES, **public.LOSS_FUNCTIONS}.items():
            for kind in KINDS:
                with self.subTest(name=name, kind=kind):
                    half = {
                        k: tf.cast(v, kind) if v.dtype == np.float32 else v
                        for k, v in case.inputs.items()
                    }
                    same = {
                        k: tf.cast(v, "float32") if v.dtype == kind else v
                        for k, v in half.items()
                    }
                    outputs, expected = (
                        keras.tree.flatten(case.make()(*x.values()))
                        for x in (half, same)
                    )
                    for output, value in zip(outputs, expected, strict=True):
                        self.assertEqual(output.dtype, "float32")
                        np.testing.assert_array_equal(output, value)

    def check_weights(self, made: keras.layers.Layer, case: public.Case):
        case.call(made)
        self.assertLessEqual({w.dtype for w in made.weights}, {"float32"})

    def check_close(self, outputs: tf.Tensor, expected: tf.Tensor) -> None:
        scale = max(1.0, float(np.abs(expected).max()))
        np.testing.assert_allclose(
            tf.cast(outputs, "float32"), expected, atol=0.05 * scale
        )


if __name__ == "__main__":
    unittest.main()
