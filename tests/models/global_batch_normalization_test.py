"""Tests of batch normalisation over the global batch.

`tests/conformance` tests that two replicas compute the same as one.
"""

import unittest

import keras
import numpy as np
import tensorflow as tf

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

    def test_fused_values_by_hand(self):
        # Mean 2, variance 1 (2 as that of a sample): (x - 2) * 3 + 1.
        layer = make("mixed_bfloat16", momentum=0.75, epsilon=0.0)
        layer.gamma.assign([3.0])
        layer.beta.assign([1.0])
        images = tf.constant([[[[1.0]]], [[[3.0]]]], tf.bfloat16)
        outputs = layer(images, training=True)
        self.assertEqual(outputs.dtype, tf.bfloat16)
        self.assertEqual(outputs.numpy().ravel().tolist(), [-2, 4])
        self.assertEqual(layer.moving_mean.numpy(), 0.5)
        self.assertEqual(layer.moving_variance.numpy(), 1.0)

    def test_fused_and_plain_agree(self):
        rng = np.random.default_rng(0)
        images = tf.constant(rng.normal(1, 2, [6, 5, 4, 3]), tf.bfloat16)
        weights = tf.constant(rng.normal(size=[6, 5, 4, 3]), tf.float32)
        results = []
        for dtype in ("mixed_bfloat16", "float32"):
            layer = make(dtype, shape=images.shape)
            layer.gamma.assign([0.5, 1.0, 2.0])
            layer.beta.assign([0.0, 1.0, -1.0])
            values = tf.cast(images, layer.compute_dtype)
            with tf.GradientTape() as tape:
                tape.watch(values)
                outputs = tf.cast(layer(values, training=True), tf.float32)
                loss = tf.reduce_sum(outputs * weights)
            trained = [layer.gamma.value, layer.beta.value]
            results.append(
                [
                    outputs,
                    *tape.gradient(loss, [values, *trained]),
                    layer.moving_mean.value,
                    layer.moving_variance.value,
                ]
            )
        for fused, plain in zip(*results, strict=True):
            fused, plain = (tf.cast(x, tf.float32) for x in (fused, plain))
            scale = np.abs(plain).max()
            np.testing.assert_allclose(fused, plain, atol=0.01 * scale)

    def test_is_fused_where_documented_only(self):
        def fused(dtype, shape=(2, 4, 4, 3), training=True, **options):
            layer = make(dtype, shape, **options)
            images = tf.zeros(shape, layer.compute_dtype)
            run = tf.function(lambda x: layer(x, training=training))
            graph = run.get_concrete_function(images).graph
            return "FusedBatchNormV3" in {
                op.type for op in graph.get_operations()
            }

        self.assertTrue(fused("mixed_bfloat16"))
        self.assertTrue(fused("mixed_bfloat16", scale=False, center=False))
        self.assertFalse(fused("float32"))
        self.assertFalse(fused("mixed_bfloat16", training=False))
        self.assertFalse(fused("mixed_bfloat16", trainable=False))
        self.assertFalse(fused("mixed_bfloat16", shape=(2, 3)))
        self.assertFalse(fused("mixed_bfloat16", axis=1))

    def test_several_replicas_are_not_fused(self):
        layer, images = (
            make("mixed_bfloat16"),
            tf.zeros([2, 1, 1, 1], tf.bfloat16),
        )
        self.assertTrue(layer._can_fuse(images, None))
        layer.synchronized = True
        self.assertFalse(layer._can_fuse(images, None))


def make(dtype, shape=(None, 1, 1, 1), **options):
    layer = GlobalBatchNormalization(dtype=dtype, **options)
    layer.build(shape)
    return layer


if __name__ == "__main__":
    unittest.main()
