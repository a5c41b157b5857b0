"""Tests of the fully connected hashing layer."""

import unittest

import numpy as np

from tests import testing
from tf_dnnh.layers import FullyConnectedEncode


class FullyConnectedEncodeTest(unittest.TestCase):
    def test_from_every_side(self):
        inputs = np.random.default_rng(0).normal(size=[3, 5])
        testing.run_layer_test(
            self,
            FullyConnectedEncode,
            {"bits": 4, "beta": 0.5},
            inputs.astype(np.float32),
            output_shape=(3, 4),
            weight_shapes=[(5, 4), (4,)],
        )

    def test_by_hand(self):
        layer = FullyConnectedEncode(2, beta=2.0)
        layer.build((None, 3))
        kernel = np.float32([[1, 0], [0, 1], [-1, 2]])
        layer.set_weights([kernel, np.float32([0.5, 0])])
        # 1 - 3 + .5 = -1.5;  2 + 6 = 8;  1 / (1 + exp(3)) = 0.04742587
        features = np.float32([[1, 2, 3]])
        self.assertEqual(layer.logits(features).numpy().tolist(), [[-1.5, 8]])
        np.testing.assert_allclose(
            layer(features), [[0.04742587, 1 - 1.1254e-07]], rtol=1e-5
        )

    def test_parameters(self):
        layer = FullyConnectedEncode(48)
        layer.build((None, 2400))
        self.assertEqual(layer.count_params(), 48 * (2400 + 1))

    def test_logits_create_the_weights(self):
        self.assertEqual(
            FullyConnectedEncode(2).logits(np.ones([1, 4])).shape, (1, 2)
        )

    def test_refuses_arguments_out_of_range(self):
        with self.assertRaisesRegex(ValueError, "`bits`.*-1"):
            FullyConnectedEncode(-1)
        with self.assertRaisesRegex(ValueError, "`beta`.*0"):
            FullyConnectedEncode(4, beta=0)

    def test_refuses_images(self):
        with self.assertRaisesRegex(ValueError, "batch, features"):
            FullyConnectedEncode(4)(np.zeros([2, 4, 4, 3], np.float32))


if __name__ == "__main__":
    unittest.main()
