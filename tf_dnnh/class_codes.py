"""Constant codes of classes, far apart."""

import numpy as np

# Random codes to choose from, at least, and whole sets to choose from.
_CANDIDATES, _SETS = 2_000, 20


def class_codes(classes: int, bits: int, seed: int = 0) -> np.ndarray:
    """Draws a well separated random code for every class.

    Each code is the one of many random codes that lies farthest from those
    chosen before; of several such sets, the one whose two nearest codes are
    farthest apart is taken.

    Args:
        classes: number of classes, at least 1.
        bits: number of bits per code, at least 1.
        seed: the same seed gives the same codes.

    Returns:
        float32 array [classes, bits] of zeros and ones.

    Example:
        >>> codes = class_codes(10, 48)
        >>> distances = np.abs(codes[:, None] - codes[None]).sum(axis=2)
        >>> int(distances[~np.eye(10, dtype=bool)].min()) >= 22
        True
    """
    rng = np.random.default_rng(seed)
    sets = [_draw(classes, bits, rng) for _ in range(_SETS)]
    codes, _ = max(sets, key=lambda pair: pair[1])
    return codes.astype(np.float32)


def _draw(
    classes: int, bits: int, rng: np.random.Generator
) -> tuple[np.ndarray, int]:
    """Draws codes, and returns the distance of the two nearest, too."""
    size = max(_CANDIDATES, 4 * classes)
    pool = rng.integers(0, 2, [size, bits], np.int8)
    nearest = np.full(len(pool), bits)
    chosen, gap = [0], bits
    while len(chosen) < classes:
        distances = np.count_nonzero(pool != pool[chosen[-1]], axis=1)
        nearest = np.minimum(nearest, distances)
        chosen.append(int(nearest.argmax()))
        gap = min(gap, int(nearest[chosen[-1]]))
    return pool[chosen], gap
