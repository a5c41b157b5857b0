"""Tests of the divide-and-encode module."""

import unittest

import keras
import numpy as np
import tensorflow as tf

from tests import testing
from tf_dnnh.layers import DivideAndEncode


def by_hand(beta: float = 1.0) -> DivideAndEncode:
    """Returns a layer of three bits and slices of two with given weights."""
    layer = DivideAndEncode(3, beta=beta)
    layer.build((None, 6))
    layer.set_weights(
        [
            np.float32([[1.0, 2.0], [0.5, -1.0], [0.0, 3.0]]),
            np.float32([0.0, 0.5, -1.0]),
        ]
    )
    return layer


class DivideAndEncodeTest(unittest.TestCase):
    def test_from_every_side(self):
        inputs = np.random.default_rng(0).normal(size=[3, 8])
        testing.run_layer_test(
            self,
            DivideAndEncode,
            {"bits": 4, "beta": 1.5},
            inputs.astype(np.float32),
            output_shape=(3, 4),
            weight_shapes=[(4, 2), (4,)],
        )

    def test_logits_by_hand(self):
        # Slices (1, 2), (3, 4), (5, 6):
        # 1*1 + 2*2 = 5;  3*.5 - 4*1 + .5 = -2;  5*0 + 6*3 - 1 = 17
        logits = by_hand().logits(np.float32([[1, 2, 3, 4, 5, 6]]))
        self.assertEqual(logits.numpy().tolist(), [[5.0, -2.0, 17.0]])

    def test_beta_steepens_the_sigmoid_and_leaves_the_logits(self):
        features = np.float32([[0.1, 0.2, 0.3, 0.4, 0.5, 0.4]])
        # Logits 0.5, 0.25 and 0.2; 1 / (1 + exp(-2 * 0.5)) = 0.7310586
        np.testing.assert_allclose(
            by_hand(beta=2.0)(features)[0, 0], 0.7310586, rtol=1e-6
        )
        np.testing.assert_allclose(
            by_hand(beta=2.0).logits(features), [[0.5, 0.25, 0.2]], rtol=1e-6
        )

    def test_logits_are_those_of_a_call_and_make_the_relaxed_codes(self):
        layer, features = by_hand(beta=2.0), np.float32([[1, 2, 3, 4, 5, 6]])
        logits = layer(features, return_logits=True)
        np.testing.assert_array_equal(logits, layer.logits(features))
        np.testing.assert_array_equal(layer.relaxed(logits), layer(features))
        symbolic = layer(keras.Input([6]), return_logits=True)
        self.assertEqual(symbolic.shape, (None, 3))

    def test_logits_have_the_compute_type(self):
        layer = DivideAndEncode(3, dtype="mixed_bfloat16")
        logits = layer.logits(np.ones([1, 6], np.float32))
        self.assertEqual(logits.dtype, "bfloat16")
        self.assertEqual(layer.kernel.dtype, "float32")

    def test_a_bit_depends_on_its_own_slice_alone(self):
        layer, features = by_hand(), tf.random.stateless_normal([1, 6], [0, 1])
        for bit in range(3):
            slope = testing.gradient(
                lambda x, bit=bit: layer.logits(x)[0, bit], features
            )
            expected = np.zeros([3, 2], np.float32)
            expected[bit] = layer.kernel.numpy()[bit]
            np.testing.assert_array_equal(slope, expected.reshape([1, 6]))

    def test_equals_separate_dense_layers(self):
        rng = np.random.default_rng(1)
        layer = DivideAndEncode(12)
        features = rng.normal(size=[7, 600]).astype(np.float32)
        outputs = layer(features)
        kernel = layer.kernel.numpy()
        for bit in range(12):
            logits = features[:, 50 * bit : 50 * (bit + 1)] @ kernel[bit]
            np.testing.assert_allclose(
                outputs[:, bit], 1 / (1 + np.exp(-logits)), rtol=1e-4
            )

    def test_logits_create_the_weights(self):
        layer = DivideAndEncode(2)
        self.assertEqual(layer.logits(np.ones([1, 4])).shape, (1, 2))
        self.assertTrue(layer.built)

    def test_paper_initializer(self):
        layer = DivideAndEncode(64, kernel_initializer="paper")
        layer.build((None, 64 * 50))
        kernel, bias = layer.get_weights()
        self.assertAlmostEqual(kernel.std(), 0.1, delta=5e-3)
        self.assertFalse(bias.any())
        initializer = DivideAndEncode.paper_initializer(seed=3)
        np.testing.assert_array_equal(initializer([5]), initializer([5]))

    def test_parameters(self):
        layer = DivideAndEncode(48)
        layer.build((None, 2400))
        self.assertEqual(layer.count_params(), 48 * (50 + 1))

    def test_refuses_arguments_out_of_range(self):
        with self.assertRaisesRegex(ValueError, "`bits`.*0"):
            DivideAndEncode(0)
        for beta in (0.0, -1.0, float("nan")):
            with self.assertRaisesRegex(ValueError, f"`beta`.*{beta}"):
                DivideAndEncode(4, beta=beta)

    def test_refuses_features_that_do_not_divide(self):
        with self.assertRaisesRegex(ValueError, "bits=48, features=100"):
            DivideAndEncode(48)(np.zeros([2, 100], np.float32))
        with self.assertRaisesRegex(ValueError, "batch, features"):
            DivideAndEncode(4)(np.zeros([2, 2, 4], np.float32))


if __name__ == "__main__":
    unittest.main()
