"""Tests that the trunk takes shorter steps, and no weight decay."""

import unittest

import keras
import numpy as np
import tensorflow as tf

from trainers.config import Config
from trainers.optimizers import make_optimizer

BASE = Config(
    schedule="constant",
    warmup_fraction=0.0,
    learning_rate=0.01,
    weight_decay=0.5,
    trunk_learning_rate=0.1,
)


def step(config: Config, slow: bool) -> np.ndarray:
    """Returns how far a step moves a slow variable and another one."""
    variables = [keras.Variable(np.full(2, 4.0, np.float32)) for _ in range(2)]
    optimizer = make_optimizer(config, 10, slow=variables[:1] if slow else ())
    optimizer.build(variables)
    gradient = tf.constant([3.0, -0.2])
    if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        gradient = optimizer.scale_loss(gradient)
    optimizer.apply([gradient, gradient], variables)
    return np.array([variable.numpy() for variable in variables]) - 4.0


class TrunkLearningRateTest(unittest.TestCase):
    def test_adamw_moves_the_trunk_a_tenth_as_far(self):
        for precision in ("float32", "mixed_float16"):
            config = Config(**{**BASE.to_json(), "precision": precision})
            moved = step(config, slow=True)
            # The first step of Adam is the learning rate, whatever the
            # gradient; decay takes 0.01 * 0.5 * 4 from the other.
            np.testing.assert_allclose(moved[0], [-1e-3, 1e-3], rtol=1e-3)
            np.testing.assert_allclose(moved[1], [-0.03, -0.01], rtol=1e-3)
            np.testing.assert_array_equal(step(config, slow=False)[0], moved[1])

    def test_sgd_does_so_too(self):
        config = Config(**{**BASE.to_json(), "optimizer": "sgd"})
        moved = step(config, slow=True)
        np.testing.assert_allclose(moved[1], [-0.03, 0.002], rtol=1e-4)
        np.testing.assert_allclose(moved[0], moved[1] / 10, rtol=1e-3)


if __name__ == "__main__":
    unittest.main()
