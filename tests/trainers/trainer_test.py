"""One step against a step worked out by hand; XLA; half precision."""

import unittest

import keras
import numpy as np
import tensorflow as tf

from tf_dnnh.losses import batch_triplet_loss
from tf_dnnh.models import build_hashing_model
from trainers.config import ConfigError
from trainers.trainer import Trainer

BATCH = 16


def make_model(seed: int = 0):
    inputs = keras.Input((4, 4, 3))
    features = keras.layers.Dense(
        12, kernel_initializer=keras.initializers.GlorotNormal(seed=seed)
    )(keras.layers.Flatten()(inputs))
    trunk = keras.Model(inputs, features)
    return build_hashing_model(trunk, 4, (4, 4, 3), seed=seed)


def make_batches(steps: int):
    rng = np.random.default_rng(1)
    images = rng.uniform(0, 255, [steps, BATCH, 4, 4, 3]).astype(np.float32)
    labels = rng.integers(0, 3, [steps, BATCH])
    return images, labels


def train(model, optimizer, steps: int, **options):
    strategy = tf.distribute.OneDeviceStrategy("CPU:0")
    trainer = Trainer(model, optimizer, strategy, batch_size=BATCH, **options)
    stream = tf.data.Dataset.from_tensor_slices(make_batches(steps))
    batches = iter(strategy.experimental_distribute_dataset(stream))
    loss, active = trainer.train(batches, tf.constant(steps))
    return trainer, float(loss), float(active)


class TrainerTest(unittest.TestCase):
    def test_a_step_is_gradient_descent_on_the_loss(self):
        model, twin = make_model(), make_model()
        trainer, loss, active = train(
            model, keras.optimizers.SGD(0.1), steps=1, margin=0.7, l2=0.01
        )
        (images,), (labels,) = make_batches(1)
        with tf.GradientTape() as tape:
            expected, statistics = batch_triplet_loss(
                twin(images, training=True), labels, margin=0.7
            )
        self.assertAlmostEqual(loss, float(expected), places=6)
        self.assertAlmostEqual(active, float(statistics["active_share"]))
        self.assertEqual(int(trainer.step.numpy()), 1)
        variables = [v.value for v in twin.trainable_variables]
        gradients = tape.gradient(expected, variables)
        for new, old, gradient in zip(
            model.trainable_variables,
            twin.trainable_variables,
            gradients,
            strict=True,
        ):
            decay = 0.0 if old.name == "bias" else 0.01 * old.numpy()
            np.testing.assert_allclose(
                new.numpy(),
                old.numpy() - 0.1 * (gradient.numpy() + decay),
                atol=1e-6,
            )

    def test_clipping_bounds_the_step(self):
        model, before = make_model(), make_model()
        train(model, keras.optimizers.SGD(1.0), steps=1, clip_norm=1e-3)
        squares = [
            np.square(new.numpy() - old.numpy()).sum()
            for new, old in zip(
                model.trainable_variables,
                before.trainable_variables,
                strict=True,
            )
        ]
        self.assertAlmostEqual(float(np.sqrt(sum(squares))), 1e-3, places=6)

    def test_xla_computes_the_same(self):
        plain, compiled = make_model(), make_model()
        losses = [
            train(model, keras.optimizers.SGD(0.1), 3, jit_compile=jit)[1]
            for model, jit in ((plain, False), (compiled, True))
        ]
        self.assertAlmostEqual(*losses, places=5)
        for mine, theirs in zip(
            plain.variables, compiled.variables, strict=True
        ):
            np.testing.assert_allclose(mine.numpy(), theirs.numpy(), atol=1e-5)

    def test_loss_scaling_does_not_change_the_step(self):
        plain, scaled = make_model(), make_model()
        options = {"steps": 2, "clip_norm": 0.1, "l2": 0.01}
        train(plain, keras.optimizers.SGD(0.1), **options)
        optimizer = keras.optimizers.LossScaleOptimizer(
            keras.optimizers.SGD(0.1), initial_scale=1024.0
        )
        train(scaled, optimizer, **options)
        for mine, theirs in zip(plain.variables, scaled.variables, strict=True):
            np.testing.assert_allclose(mine.numpy(), theirs.numpy(), atol=1e-5)

    def test_batch_that_does_not_divide_is_refused(self):
        class TwoReplicas:
            num_replicas_in_sync = 2

        for options, words in (
            ({"batch_size": 15}, "batch_size=15, replicas=2"),
            ({"batch_size": 16, "jit_compile": True}, "one replica"),
        ):
            with self.assertRaisesRegex(ConfigError, words):
                Trainer(
                    make_model(),
                    keras.optimizers.SGD(0.1),
                    TwoReplicas(),
                    **options,
                )


if __name__ == "__main__":
    unittest.main()
