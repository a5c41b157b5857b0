"""All code that relies on undocumented behaviour of Keras.

Tested with Keras 3.15. Each part has a test of its own, which makes a new
version of Keras easy to check.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops


class FixedSeed(keras.random.SeedGenerator):
    """Passes a seed tensor to `keras.random`, which takes generators only.

    It has no variable, hence it can be created inside a compiled function. It
    is undocumented that `keras.random` calls only `next`.

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

    Scaling their gradients would not work: AdamW's steps do not depend on a
    gradient's scale. It is undocumented that `_var_key` identifies a variable
    and that Keras calls `update_step` for one variable at a time.
    """
    keys = {optimizer._var_key(variable) for variable in variables}
    update = optimizer.update_step

    def update_step(gradient: Any, variable: Any, learning_rate: Any) -> None:
        # On several devices, `variable` is one device's copy.
        if optimizer._var_key(variable) in keys:
            learning_rate = learning_rate * factor
        update(gradient, variable, learning_rate)

    optimizer.update_step = update_step
