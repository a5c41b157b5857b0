"""Small data sets that the tests of this folder share."""

import numpy as np


def blobs(
    count: int = 120,
    features: int = 16,
    classes: int = 4,
    *,
    spread: float = 0.3,
    seed: int = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """Draws separate classes: float64 [count, features], int [count]."""
    rng = np.random.default_rng(seed)
    centers = rng.normal(size=[classes, features])
    labels = np.arange(count) % classes
    noise = spread * rng.normal(size=[count, features])
    return centers[labels] + noise, labels


def one_hot(labels: np.ndarray) -> np.ndarray:
    """Returns labels as uint8 0/1 [n, classes]."""
    return (labels[:, None] == np.unique(labels)).astype(np.uint8)
