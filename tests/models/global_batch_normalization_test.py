"""Tests of batch normalisation over the global batch.

`tests/conformance` tests that two replicas compute the same as one.
"""

import unittest

import keras
import numpy as np

from tests import testing
from tf_dnnh.models import GlobalBatchNormalization


class GlobalBatchNormalizationTest(unittest.TestCase):
    def test_from_every_side(self):
        testing.run_layer_test(
            self,
            GlobalBatchNormalization,
            {"momentum": 0.9},
            np.random.default_rng(0).normal(size=[4, 3]).astype(np.float32),
            output_shape=(4, 3),
            weight_shapes=[(3,), (3,), (3,), (3,)],
        )

    def test_on_one_device_it_is_keras_own(self):
        images = np.random.default_rng(0).normal(1, 2, size=[5, 4, 4, 3])
        own = keras.layers.BatchNormalization(momentum=0.9)
        layer = GlobalBatchNormalization(momentum=0.9)
        for training in (True, False):
            np.testing.assert_array_equal(
                layer(images, training=training), own(images, training=training)
            )

    def test_moments_by_hand(self):
        # Mean 2, variance 1; moving mean 0 and variance 1 at the start.
        layer = GlobalBatchNormalization(momentum=0.75, epsilon=0.0)
        outputs = layer(np.float32([[1], [3]]), training=True)
        self.assertEqual(outputs.numpy().tolist(), [[-1], [1]])
        self.assertEqual(layer.moving_mean.numpy(), 0.5)
        self.assertEqual(layer.moving_variance.numpy(), 1.0)


if __name__ == "__main__":
    unittest.main()
