"""Padding of codes to widths that are quick to scan and to compare."""

import numpy as np

# Bytes of a code for which faiss has distance functions of its own.
_WIDTHS = (4, 8, 16, 32)


def padded_bytes(bits: int) -> int:
    """Returns the bytes of a padded code: 4, 8, 16, 32 or 8 times a number.

    Example:
        >>> [padded_bytes(bits) for bits in (12, 48, 100, 129, 257)]
        [4, 8, 16, 32, 40]
    """
    wide = (width for width in _WIDTHS if 8 * width >= bits)
    return next(wide, -(-bits // 64) * 8)


def pad(codes: np.ndarray, bits: int) -> np.ndarray:
    """Appends zero bytes to packed codes, which leaves distances as they are.

    Args:
        codes: uint8 [n, ceil(bits / 8)].
        bits: bits per code.

    Returns:
        uint8 [n, padded_bytes(bits)], contiguous.
    """
    width = padded_bytes(bits)
    padded = np.zeros((len(codes), width), np.uint8)
    padded[:, : codes.shape[1]] = codes
    return padded


def words(padded: np.ndarray) -> np.ndarray:
    """Views padded codes [n, bytes] as uint32 [n, 1] or uint64 [n, words]."""
    return padded.view(np.uint32 if padded.shape[1] == 4 else np.uint64)


def keys(padded: np.ndarray) -> np.ndarray:
    """Views padded codes [n, bytes] as [n] values that sort and compare.

    NumPy drops zero bytes at the end of byte strings, which cannot make two
    codes of one width alike.
    """
    width = padded.shape[1]
    dtype = {4: np.uint32, 8: np.uint64}.get(width, f"S{width}")
    return padded.view(dtype)[:, 0]
