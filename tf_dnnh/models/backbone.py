"""A row of the table of backbones."""

import dataclasses
from collections.abc import Callable
from typing import Any

import keras


@dataclasses.dataclass(frozen=True)
class Backbone:
    """Describes a backbone: how to build it, and which pixels it expects.

    `BACKBONES["toy"] = Backbone(toy)` makes a backbone of your own available
    by name. Calling a row calls its builder.

    Args:
        builder: function of `(bits, input_shape, *, dropout, initializer,
            seed)` that returns a model from normalised images to features
            [batch, 50 * bits]; the model's name must be the row's key in
            `BACKBONES`. `dropout` is given only if it is set.
        mean: mean of the pixels in 0..255, a number or one per channel.
        std: their standard deviation.
        initializer: name of the default initializer. The initial weights of
            `"paper"` expect pixels that are centred but not scaled.
        load_weights: function of `(backbone, weights, download)` that loads
            ImageNet weights, see `load_pretrained`; None if there are none.
        blocks: regular expression for the names of the blocks; their layers'
            names start with it and an underscore. None if there are none.

    Returns:
        When called: the model that `builder` returns.

    Example:
        >>> from tf_dnnh.models import plain_cnn
        >>> Backbone(plain_cnn, mean=0.0, std=255.0)(12, (16, 16, 1)).name
        'plain_cnn'
    """

    builder: Callable[..., keras.Model]
    mean: float | tuple[float, ...] = 127.5
    std: float | tuple[float, ...] = 127.5
    initializer: str = "he_normal"
    load_weights: Callable[[keras.Model, str, bool], None] | None = None
    blocks: str | None = None

    def __call__(self, *args: Any, **options: Any) -> keras.Model:
        """Builds the backbone."""
        return self.builder(*args, **options)

    def std_for(self, initializer: str | None, measured: Any = None) -> Any:
        """Returns the standard deviation to divide the pixels by.

        It is 1 for the paper's initial weights, otherwise the one measured on
        the training images or, by default, `std`.
        """
        if (initializer or self.initializer) == "paper":
            return 1.0
        return self.std if measured is None else measured
