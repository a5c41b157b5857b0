"""Initial weights of the trunks, reproducible layer by layer."""

import keras

# Half of the paper's layers start with the one deviation, half with the other;
# each network says which. These are the figures of its 32 x 32 network.
WIDE, NARROW = 0.05, 0.01


def seeded(
    initializer: str, seed: int | None, index: int, paper_stddev: float = WIDE
) -> keras.Initializer:
    """Makes the initializer of one layer.

    Args:
        initializer: name of a Keras initializer, or `"paper"` for a Gaussian
            of the deviation below.
        seed: seed of the network; None draws from Keras' global generator.
        index: number of the layer, so that no two layers start alike.
        paper_stddev: deviation of the Gaussian for `"paper"`.

    Returns:
        A Keras initializer.
    """
    seed = None if seed is None else seed + index
    if initializer == "paper":
        return keras.initializers.RandomNormal(stddev=paper_stddev, seed=seed)
    made = keras.initializers.get(initializer)
    config = made.get_config()
    if seed is not None and "seed" in config:
        config["seed"] = seed
    return type(made).from_config(config)
