"""From the maps of a trunk to the features of every bit."""

from typing import Any

from keras import layers

from tf_dnnh.models.initializers import seeded


def bit_features(
    maps: Any,
    bits: int,
    dropout: float,
    initializer: str,
    seed: int | None,
) -> Any:
    """Takes the mean over the image, and from it 50 features a bit.

    Args:
        maps: symbolic tensor [batch, height, width, channels].
        bits: number of bits the features are for.
        dropout: share of the means that is dropped in training.
        initializer: name of a Keras initializer.
        seed: seed of the initial weights and of dropout.

    Returns:
        Symbolic tensor [batch, 50 * bits], >= 0; `pooled`, `dropout` and
        `features` are the names of the layers.
    """
    x = layers.GlobalAveragePooling2D(name="pooled")(maps)
    x = layers.Dropout(dropout, seed=seed, name="dropout")(x)
    return layers.Dense(
        50 * bits,
        activation="relu",
        kernel_initializer=seeded(initializer, seed, 999),
        name="features",
    )(x)
