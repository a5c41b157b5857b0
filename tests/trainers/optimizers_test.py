"""Schedules at chosen steps, and which weights decay."""

import unittest

import keras
import numpy as np

from trainers.config import Config
from trainers.optimizers import make_optimizer, make_schedule


def rates(steps: list[int], **fields) -> list[float]:
    config = Config(learning_rate=1.0, **fields)
    schedule = make_schedule(config, total_steps=100)
    return [float(schedule(step)) for step in steps]


class ScheduleTest(unittest.TestCase):
    def test_cosine_warms_up_and_falls_to_zero(self):
        found = rates([0, 5, 10, 55, 100], warmup_fraction=0.1)
        np.testing.assert_allclose(found, [0, 0.5, 1, 0.5, 0], atol=1e-6)

    def test_cosine_without_warm_up(self):
        found = rates([0, 50, 100], warmup_fraction=0.0)
        np.testing.assert_allclose(found, [1, 0.5, 0], atol=1e-6)

    def test_steps_divide_by_ten(self):
        found = rates([5, 50, 65, 90], schedule="step", warmup_fraction=0.1)
        np.testing.assert_allclose(found, [0.1, 1, 0.1, 0.01], rtol=1e-6)

    def test_constant(self):
        found = rates([0, 99], schedule="constant", warmup_fraction=0.0)
        np.testing.assert_allclose(found, [1, 1])


class DecayTest(unittest.TestCase):
    def test_only_kernels_decay(self):
        inputs = keras.Input((4,))
        outputs = keras.layers.Dense(3, bias_initializer="ones")(inputs)
        outputs = keras.layers.BatchNormalization()(outputs)
        model = keras.Model(inputs, outputs)
        optimizer = make_optimizer(
            Config(schedule="constant", warmup_fraction=0.0, weight_decay=0.5),
            total_steps=10,
        )
        before = [v.numpy() for v in model.trainable_variables]
        zeros = [np.zeros_like(value) for value in before]
        optimizer.apply(zeros, model.trainable_variables)
        for variable, old in zip(
            model.trainable_variables, before, strict=True
        ):
            # Learning rate 2e-3 times decay 0.5.
            kept = 1 - 2e-3 * 0.5 if variable.name == "kernel" else 1.0
            np.testing.assert_allclose(variable.numpy(), kept * old, rtol=1e-6)

    def test_half_precision_scales_the_loss(self):
        optimizer = make_optimizer(
            Config(precision="mixed_float16", optimizer="sgd"), total_steps=10
        )
        self.assertIsInstance(optimizer, keras.optimizers.LossScaleOptimizer)


if __name__ == "__main__":
    unittest.main()
