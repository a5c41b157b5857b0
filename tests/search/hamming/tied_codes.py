"""Codes as training makes them: near few centres, and many of them equal."""

import numpy as np

from tf_dnnh import codes

BITS = (1, 5, 12, 24, 32, 48, 64, 100, 128, 256, 300)


def tied_codes(
    rng: np.random.Generator,
    count: int,
    bits: int,
    *,
    centres: int = 10,
    flips: float = 0.02,
) -> np.ndarray:
    """Returns packed codes, uint8 [count, bytes], of one set of centres."""
    fixed = np.random.default_rng(0).integers(0, 2, (centres, bits), np.uint8)
    noise = rng.random((count, bits)) < flips
    return codes.pack(fixed[rng.integers(0, centres, count)] ^ noise)


def string_ids(numbers: np.ndarray) -> np.ndarray:
    """Returns ids of different lengths, one of them beyond ASCII."""
    return np.char.add("é/", numbers.astype(str))
