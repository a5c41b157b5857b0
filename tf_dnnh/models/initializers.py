"""Initial weights of the backbones, reproducible layer by layer."""

import itertools
from collections.abc import Iterator

import keras

# The standard deviations of the paper's Gaussians in its 32 x 32 network: half
# of the layers start with one, half with the other.
WIDE, NARROW = 0.05, 0.01


def seeded(
    initializer: str, seed: int | None, index: int, paper_stddev: float = WIDE
) -> keras.Initializer:
    """Returns the initializer of the layer with this index.

    `"paper"` is a Gaussian with standard deviation `paper_stddev`, other names
    are those of Keras. The index makes no two layers start alike; without the
    network's seed, Keras' global generator draws.
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
