"""The one place that relies on how Keras works inside.

Tested with Keras 3.15. Whatever needs more than Keras' public interface stands
here, with a test of its own, so that a new version of Keras is easy to check.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops


class FixedSeed(keras.random.SeedGenerator):
    """Passes a seed tensor to `keras.random`, which takes generators only.

    It has no variable, hence it can be made inside a compiled function. That
    `keras.random` calls nothing but `next` is not documented.

    Args:
        seed: int32 tensor [2], used for every draw.
    """

    def __init__(self, seed: Any) -> None:
        self._seed = ops.convert_to_tensor(seed, dtype="int32")

    def next(self, ordered: bool = True) -> Any:
        """Returns the seed."""
        return self._seed


def scale_learning_rate(
    optimizer: keras.optimizers.Optimizer,
    variables: Sequence[keras.Variable],
    factor: float,
) -> None:
    """Multiplies the learning rate of some variables.

    Scaling their gradients would not do: AdamW's steps do not depend on a
    gradient's scale. That Keras keeps the key of a variable in `_var_key`, and
    calls `update_step` for one variable at a time, is not documented.
    """
    keys = {optimizer._var_key(variable) for variable in variables}
    update = optimizer.update_step

    def update_step(gradient: Any, variable: Any, learning_rate: Any) -> None:
        # On several devices, `variable` is one device's copy.
        if optimizer._var_key(variable) in keys:
            learning_rate = learning_rate * factor
        update(gradient, variable, learning_rate)

    optimizer.update_step = update_step
