"""Tests of schedules, weight decay, clipping and learning rate factors."""

import unittest

import keras
import numpy as np
import tensorflow as tf

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


PLAIN = Config(
    schedule="constant",
    warmup_fraction=0.0,
    learning_rate=0.01,
    weight_decay=0.5,
)


def moves(
    config: Config, gradient, *, pretrained: int = 0, start: float = 4.0
) -> np.ndarray:
    """Returns how far one step moves two equal variables.

    The first `pretrained` of them hold pretrained weights.
    """
    values = np.full(2, start, np.float32)
    variables = [keras.Variable(values, name="kernel") for _ in range(2)]
    optimizer = make_optimizer(config, 10, variables[:pretrained])
    optimizer.build(variables)
    gradient = tf.constant(gradient)
    if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        gradient = optimizer.scale_loss(gradient)
    optimizer.apply([gradient, gradient], variables)
    return np.array([variable.numpy() for variable in variables]) - start


class DecayTest(unittest.TestCase):
    def check_only_kernels_shrink(self, config: Config, factor: float):
        inputs = keras.Input((4,))
        outputs = keras.layers.Dense(3, bias_initializer="ones")(inputs)
        outputs = keras.layers.BatchNormalization()(outputs)
        model = keras.Model(inputs, outputs)
        optimizer = make_optimizer(config, total_steps=10)
        before = [v.numpy() for v in model.trainable_variables]
        zeros = [tf.zeros(value.shape) for value in before]
        optimizer.build(model.trainable_variables)
        optimizer.apply(zeros, model.trainable_variables)
        for variable, old in zip(
            model.trainable_variables, before, strict=True
        ):
            kept = factor if variable.name == "kernel" else 1.0
            np.testing.assert_allclose(variable.numpy(), kept * old, rtol=1e-6)

    def test_adamw_decays_kernels_only(self):
        # Learning rate 0.01 times decay 0.5.
        self.check_only_kernels_shrink(PLAIN, 1 - 0.01 * 0.5)

    def test_sgd_decays_kernels_only(self):
        # The L2 term 0.5 * kernel is the gradient.
        config = PLAIN.replace(optimizer="sgd")
        self.check_only_kernels_shrink(config, 1 - 0.01 * 0.5)

    def test_loss_scaling_leaves_decay_and_clipping_alone(self):
        for name in ("sgd", "adamw"):
            config = PLAIN.replace(optimizer=name, clip_norm=0.5)
            scaled = config.replace(precision="mixed_float16")
            np.testing.assert_allclose(
                moves(scaled, [3.0, -0.2]), moves(config, [3.0, -0.2]), 1e-5
            )


class ClipTest(unittest.TestCase):
    def test_the_whole_gradient_is_bounded(self):
        config = PLAIN.replace(
            optimizer="sgd", weight_decay=0.0, clip_norm=0.001
        )
        # Two variables with the gradient (3, 4): a norm of 5 * sqrt(2).
        expected = -0.01 * 0.001 * np.array([3.0, 4.0]) / (5 * 2**0.5)
        for moved in moves(config, [3.0, 4.0], start=0.0):
            np.testing.assert_allclose(moved, expected, rtol=1e-5)


class BackboneLearningRateTest(unittest.TestCase):
    BASE = PLAIN.replace(backbone_learning_rate=0.1)

    def test_adamw_moves_pretrained_variables_a_tenth_as_far(self):
        for precision in ("float32", "mixed_float16"):
            config = self.BASE.replace(precision=precision)
            moved = moves(config, [3.0, -0.2], pretrained=1)
            # The first step of Adam is the learning rate, whatever the
            # gradient; decay takes 0.01 * 0.5 * 4 from the other.
            np.testing.assert_allclose(moved[0], [-1e-3, 1e-3], rtol=1e-3)
            np.testing.assert_allclose(moved[1], [-0.03, -0.01], rtol=1e-3)
            plain = moves(config, [3.0, -0.2])
            np.testing.assert_array_equal(plain[0], moved[1])

    def test_sgd_moves_them_a_tenth_as_far(self):
        config = self.BASE.replace(optimizer="sgd")
        moved = moves(config, [3.0, -0.2], pretrained=1)
        np.testing.assert_allclose(moved[1], [-0.05, -0.018], rtol=1e-4)
        np.testing.assert_allclose(moved[0], moved[1] / 10, rtol=1e-3)


class LossScaleTest(unittest.TestCase):
    def test_half_precision_scales_the_loss(self):
        config = PLAIN.replace(precision="mixed_float16")
        optimizer = make_optimizer(config, total_steps=10)
        self.assertIsInstance(optimizer, keras.optimizers.LossScaleOptimizer)


if __name__ == "__main__":
    unittest.main()
