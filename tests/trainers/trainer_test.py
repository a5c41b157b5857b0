"""Tests one step against a manual one, with XLA and in half precision."""

import unittest

import keras
import numpy as np
import tensorflow as tf

from tf_dnnh.losses import batch_triplet_loss
from tf_dnnh.models import build_hashing_model
from trainers.config import Config, ConfigError
from trainers.losses import triplet_ranking
from trainers.optimizers import make_optimizer
from trainers.trainer import Trainer

BATCH = 16


def make_model(seed: int = 0):
    inputs = keras.Input((4, 4, 3))
    features = keras.layers.Dense(
        12, kernel_initializer=keras.initializers.GlorotNormal(seed=seed)
    )(keras.layers.Flatten()(inputs))
    backbone = keras.Model(inputs, features)
    return build_hashing_model(backbone, 4, (4, 4, 3), seed=seed)


def make_batches(steps: int):
    rng = np.random.default_rng(1)
    images = rng.uniform(0, 255, [steps, BATCH, 4, 4, 3]).astype(np.float32)
    labels = rng.integers(0, 3, [steps, BATCH])
    return images, labels


def sgd(rate: float = 0.1, **fields) -> keras.optimizers.Optimizer:
    config = Config(
        optimizer="sgd",
        schedule="constant",
        warmup_fraction=0.0,
        momentum=0.0,
        learning_rate=rate,
        **{"weight_decay": 0.0, **fields},
    )
    return make_optimizer(config, total_steps=100)


def train(model, optimizer, steps: int, loss=None, **options):
    strategy = tf.distribute.OneDeviceStrategy("CPU:0")
    loss = loss or triplet_ranking(Config(margin=0.7))
    trainer = Trainer(model, optimizer, strategy, loss, **options)
    stream = tf.data.Dataset.from_tensor_slices(make_batches(steps))
    batches = iter(strategy.experimental_distribute_dataset(stream))
    metrics = trainer.train(batches, tf.constant(steps))
    return trainer, {name: float(value) for name, value in metrics.items()}


class TrainerTest(unittest.TestCase):
    def test_a_step_is_gradient_descent_on_the_loss(self):
        model, twin = make_model(), make_model()
        trainer, metrics = train(model, sgd(weight_decay=0.01), steps=1)
        (images,), (labels,) = make_batches(1)
        with tf.GradientTape() as tape:
            expected, statistics = batch_triplet_loss(
                twin(images, training=True), labels, margin=0.7
            )
        self.assertAlmostEqual(metrics["loss"], float(expected), places=6)
        share = float(statistics["active_share"])
        self.assertAlmostEqual(metrics["active_share"], share)
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

    def test_metrics_are_means_over_the_steps(self):
        def loss(codes, labels, seed):
            step = tf.cast(seed[1], tf.float32)
            return tf.reduce_sum(0.0 * codes) + 2.0, {"step": step}

        _, metrics = train(make_model(), sgd(), steps=4, loss=loss)
        self.assertEqual(metrics, {"loss": 2.0, "step": 1.5})

    def test_the_loss_sees_codes_labels_and_a_seed(self):
        seen = {}

        def loss(codes, labels, seed):
            seen.update(codes=codes.shape, labels=labels.shape, seed=seed)
            return tf.reduce_mean(codes), {}

        train(make_model(), sgd(), steps=1, loss=loss, seed=7)
        self.assertEqual(seen["codes"], [BATCH, 4])
        self.assertEqual(seen["labels"], [BATCH])
        self.assertEqual(seen["seed"].shape, [2])

    def test_xla_computes_the_same(self):
        plain, compiled = make_model(), make_model()
        losses = [
            train(model, sgd(), 3, jit_compile=jit)[1]["loss"]
            for model, jit in ((plain, False), (compiled, True))
        ]
        self.assertAlmostEqual(*losses, places=5)
        for mine, theirs in zip(
            plain.variables, compiled.variables, strict=True
        ):
            np.testing.assert_allclose(mine.numpy(), theirs.numpy(), atol=1e-5)

    def test_xla_on_several_replicas_is_refused(self):
        class TwoReplicas:
            num_replicas_in_sync = 2

        loss = triplet_ranking(Config())
        with self.assertRaisesRegex(ConfigError, "one replica"):
            Trainer(make_model(), sgd(), TwoReplicas(), loss, jit_compile=True)


if __name__ == "__main__":
    unittest.main()
