"""The one place that relies on how Keras works inside.

Tested with Keras 3.15. Whatever needs more than Keras' public interface stands
here, with a test of its own, so that a new version of Keras is easy to check.
"""

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
