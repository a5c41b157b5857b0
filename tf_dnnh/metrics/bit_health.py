"""Do the bits of a code carry information, each and together?"""

import numpy as np

from tf_dnnh import codes
from tf_dnnh.metrics.scan import code_words

__all__ = ["bit_health"]

_ROWS = 1 << 14
# Bits that are this predictable on average make the codes useless.
_COLLAPSED_ENTROPY = 0.05


def bit_health(
    packed: np.ndarray,
    bits: int,
    relaxed: np.ndarray | None = None,
    epsilon: float | None = None,
) -> dict[str, object]:
    """Describes the bits of a set of codes.

    Args:
        packed: Packed codes, uint8 [n, bytes].
        bits: Length of a code.
        relaxed: The values that became bits, float [n, bits] in [0, 1].
        epsilon: Half the width of the linear band around 0.5 of the
            piecewise threshold; None counts values strictly inside (0, 1).

    Returns:
        `balance` (share of ones a bit, list of float in [0, 1]),
        `mean_entropy` (of a bit, in [0, 1] bit), `max_abs_correlation`
        (of two bits, in [0, 1]; a constant bit correlates with none),
        `in_band` (share of relaxed values inside the linear band, None
        without `relaxed`), `distinct_codes` (int) and `collapsed` (bool:
        one code for all, or bits that are all but constant).

    Raises:
        ValueError: If codes, relaxed values and `bits` do not fit.

    Example:
        >>> health = bit_health(np.array([[0], [128]], np.uint8), bits=2)
        >>> health["balance"], health["mean_entropy"]
        ([0.5, 0.0], 0.5)
    """
    if relaxed is not None and np.shape(relaxed) != (len(packed), bits):
        raise ValueError(
            "`relaxed` must have one row of `bits` values a code. "
            f"Received: {np.shape(relaxed)}, {len(packed)} codes, {bits} bits"
        )
    balance, correlation = bit_moments(packed, bits)
    entropy = float(_entropy(balance).mean())
    distinct = _distinct(packed)
    return {
        "balance": balance.tolist(),
        "mean_entropy": entropy,
        "max_abs_correlation": float(np.abs(correlation).max(initial=0.0)),
        "in_band": None if relaxed is None else _in_band(relaxed, epsilon),
        "distinct_codes": distinct,
        "collapsed": distinct == 1 or entropy < _COLLAPSED_ENTROPY,
    }


def bit_moments(packed: np.ndarray, bits: int) -> tuple[np.ndarray, np.ndarray]:
    """First and second moments of the bits, for `bit_health` and pictures.

    Args:
        packed: Packed codes, uint8 [n, bytes].
        bits: Length of a code.

    Returns:
        Share of ones, float64 [bits] in [0, 1], and correlation of every two
        bits, float64 [bits, bits] in [-1, 1]: 0 on the diagonal and where a
        bit is constant.
    """
    both = np.zeros((bits, bits))
    for start in range(0, len(packed), _ROWS):
        ones = codes.unpack(packed[start : start + _ROWS], bits)
        ones = ones.astype(np.float32)
        both += ones.T @ ones
    both /= len(packed)
    mean = both.diagonal().copy()
    spread = np.sqrt(mean * (1 - mean))
    scale = np.outer(spread, spread)
    covariance = both - np.outer(mean, mean)
    correlation = np.where(scale > 0, covariance, 0) / np.where(
        scale > 0, scale, 1
    )
    np.fill_diagonal(correlation, 0)
    return mean, correlation


def _entropy(share: np.ndarray) -> np.ndarray:
    sides = np.stack([share, 1 - share])
    return -(sides * np.log2(np.where(sides > 0, sides, 1))).sum(axis=0)


def _distinct(packed: np.ndarray) -> int:
    words = code_words(packed)
    if len(words) == 1:
        return len(np.unique(words[0]))
    return len(np.unique(words, axis=1).T)


def _in_band(relaxed: np.ndarray, epsilon: float | None) -> float:
    relaxed = np.asarray(relaxed)
    if epsilon is None:
        return float(np.mean((relaxed > 0) & (relaxed < 1)))
    return float(np.mean(np.abs(relaxed - 0.5) <= epsilon))
