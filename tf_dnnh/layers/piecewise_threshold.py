"""The piece-wise threshold that pushes relaxed codes towards 0 and 1."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="tf_dnnh")
class PiecewiseThreshold(keras.layers.Layer):
    """Rounds the values outside a band around 0.5 and keeps those inside.

    ```
    g(s) = 0    if s < 0.5 - epsilon
           s    if 0.5 - epsilon <= s <= 0.5 + epsilon
           1    if s > 0.5 + epsilon
    ```

    The gradient is 1 inside the band and 0 outside: decided bits stop moving.
    With `epsilon` 0.5 the layer is the identity; with 0 it rounds every value
    except 0.5, the only one with a gradient. A schedule narrows the band during
    training, so `epsilon` is a non-trainable weight:
    `layer.epsilon.assign(0.4)`.

    Args:
        epsilon: half the width of the band, in [0, 0.5].
        **kwargs: `name`, `dtype` and other arguments of Keras layers.

    Call arguments:
        inputs: float tensor of any shape, in [0, 1].

    Returns:
        Tensor of the same shape and dtype, in [0, 1].

    Raises:
        ValueError: if `epsilon` is not in [0, 0.5].

    Example:
        >>> import numpy as np
        >>> layer = PiecewiseThreshold(epsilon=0.25)
        >>> layer(np.array([0.1, 0.25, 0.6, 0.9], "float32")).numpy()
        array([0.  , 0.25, 0.6 , 1.  ], dtype=float32)

    Reference:
        Lai et al., CVPR 2015, the piece-wise threshold function.
    """

    def __init__(self, epsilon: float = 0.5, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not 0 <= epsilon <= 0.5:
            raise ValueError(
                f"`epsilon` must be in [0, 0.5]. Received: epsilon={epsilon}"
            )
        # Created here, not in `build`, so that a schedule can assign it at any
        # time; not autocast, so that mixed precision does not round it.
        self.epsilon = self.add_weight(
            name="epsilon",
            shape=(),
            dtype="float32",
            initializer=keras.initializers.Constant(epsilon),
            trainable=False,
            autocast=False,
        )

    def call(self, inputs: Any) -> Any:
        """Computes g."""
        epsilon = ops.cast(self.epsilon, inputs.dtype)
        low, high = inputs < 0.5 - epsilon, inputs > 0.5 + epsilon
        rounded = ops.cast(high, inputs.dtype)
        return ops.where(ops.logical_or(low, high), rounded, inputs)

    def compute_output_shape(self, input_shape: tuple) -> tuple:
        """Returns the shape of the input."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration, with the current value of `epsilon`."""
        epsilon = float(self.epsilon.numpy())
        return {**super().get_config(), "epsilon": epsilon}
