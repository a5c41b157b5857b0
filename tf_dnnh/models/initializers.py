"""Initial weights of the backbones, reproducible layer by layer."""

import itertools
from collections.abc import Iterator

import keras

# The standard deviations of the Gaussians in the paper's 32 x 32 network; see
# `nin._convolutions` for which layer has which.
WIDE, NARROW = 0.05, 0.01


def seeded(
    initializer: str, seed: int | None, index: int, paper_stddev: float = WIDE
) -> keras.Initializer:
    """Returns the initializer of the layer with this index.

    `"paper"` is a Gaussian with standard deviation `paper_stddev`; other names
    are those of Keras. The index is added to the network's seed, so that no two
    layers start alike. Without a seed, Keras' global generator draws.
    """
    seed = None if seed is None else seed + index
    if initializer == "paper":
        return keras.initializers.RandomNormal(stddev=paper_stddev, seed=seed)
    made = keras.initializers.get(initializer)
    config = made.get_config()
    if seed is not None and "seed" in config:
        config["seed"] = seed
    return type(made).from_config(config)


def kernels(
    initializer: str, seed: int | None, first: int = 1
) -> Iterator[keras.Initializer]:
    """Yields the initializers of consecutive layers, numbered from `first`."""
    return (seeded(initializer, seed, i) for i in itertools.count(first))
