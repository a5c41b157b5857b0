"""Health of a set of codes: how much information their bits carry."""

from collections.abc import Iterable

import numpy as np

from tf_dnnh import codes
from tf_dnnh.metrics.scan import code_words

_ROWS = 1 << 14
# A bit of this entropy is the same for 99.4% of the images: codes of such bits
# put nearly the whole database at distance 0.
COLLAPSED_ENTROPY = 0.05
# Two balanced bits of this correlation agree (or differ) on 97.5% of the
# images: one of the two adds hardly anything to a code.
REPEATED_CORRELATION = 0.95
# Constant bits beyond this many are counted, not listed.
_LISTED = 12


def bit_health(
    packed: np.ndarray,
    bits: int,
    relaxed: np.ndarray | None = None,
    epsilon: float | None = None,
) -> dict[str, object]:
    """Assesses the bits of a set of codes.

    Args:
        packed: Packed codes, uint8 [n, bytes].
        bits: Length of a code.
        relaxed: The values that became bits, float [n, bits] in [0, 1].
        epsilon: Half the width of the linear band around 0.5 of the
            piecewise threshold; None counts values strictly inside (0, 1).

    Returns:
        `grade` ("healthy", "weak" where a bit is constant or two bits repeat
        each other, "collapsed"), `reasons` (sentences that explain the grade,
        none for "healthy"; bits count from 1), `balance` (share of ones per
        bit, list of float in [0, 1]), `mean_entropy` (of a bit, in [0, 1]
        bit), `effective_bits` (see `effective_bits`), `max_abs_correlation`
        (of two bits, in [0, 1]; a constant bit correlates with none),
        `in_band` (share of relaxed values inside the linear band, None without
        `relaxed`), `distinct_codes` (int) and `collapsed` (bool: one code for
        all, or almost constant bits).

    Raises:
        ValueError: If codes, relaxed values and `bits` do not fit.

    Example:
        >>> health = bit_health(np.array([[0], [128]], np.uint8), bits=2)
        >>> health["balance"], health["mean_entropy"]
        ([0.5, 0.0], 0.5)
        >>> health["grade"], health["reasons"]
        ('weak', ['1 of 2 bits is constant: 2.'])
    """
    if relaxed is not None and np.shape(relaxed) != (len(packed), bits):
        raise ValueError(
            "`relaxed` must have one row of `bits` values per code. "
            f"Received: {np.shape(relaxed)}, {len(packed)} codes, {bits} bits"
        )
    balance, correlation = bit_moments(packed, bits)
    entropy = float(bit_entropy(balance).mean())
    distinct = _distinct(packed)
    strongest = float(np.abs(correlation).max(initial=0.0))
    collapsed = distinct == 1 or entropy < COLLAPSED_ENTROPY
    reasons = _constant(balance) + _repeated(correlation)
    if collapsed:
        reasons.insert(
            0,
            "All codes are the same."
            if distinct == 1
            else "The bits hardly ever change: their mean entropy is "
            f"{entropy:.3f} bit.",
        )
    return {
        "grade": grade(balance, strongest, collapsed),
        "reasons": reasons,
        "balance": balance.tolist(),
        "mean_entropy": entropy,
        "effective_bits": effective_bits(correlation, balance),
        "max_abs_correlation": strongest,
        "in_band": None if relaxed is None else _in_band(relaxed, epsilon),
        "distinct_codes": distinct,
        "collapsed": collapsed,
    }


def grade(
    balance: Iterable[float], max_abs_correlation: float, collapsed: bool
) -> str:
    """Grades bits by the values of the same names in `bit_health`."""
    if collapsed:
        return "collapsed"
    constant = any(share in (0, 1) for share in balance)
    weak = constant or max_abs_correlation > REPEATED_CORRELATION
    return "weak" if weak else "healthy"


def strongest_pair(correlation: np.ndarray) -> tuple[int, int, float] | None:
    """Finds the two bits of the largest absolute correlation.

    Returns both bits, counted from 1, and their correlation; None where no
    two are correlated. The diagonal of [bits, bits] must be 0.
    """
    upper = np.triu(np.abs(correlation))
    if not upper.any():
        return None
    first, second = np.unravel_index(int(upper.argmax()), upper.shape)
    value = float(correlation[first, second])
    return int(first) + 1, int(second) + 1, value


def bit_moments(packed: np.ndarray, bits: int) -> tuple[np.ndarray, np.ndarray]:
    """Computes the share of ones of each bit and the correlations of bits.

    Returns float64 [bits] in [0, 1] and [bits, bits] in [-1, 1]: 0 on the
    diagonal and where a bit is constant.
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
    covariance = np.where(scale > 0, both - np.outer(mean, mean), 0)
    correlation = covariance / np.where(scale > 0, scale, 1)
    np.fill_diagonal(correlation, 0)
    return mean, correlation


def effective_bits(correlation: np.ndarray, balance: np.ndarray) -> float:
    """Computes how many independent bits carry as much as these.

    It is the participation ratio of the eigenvalues of the correlations: the
    square of their sum by the sum of their squares.

    Args:
        correlation: Float [bits, bits] with a diagonal of 0.
        balance: Share of ones of each bit, float [bits] in [0, 1].

    Returns:
        0 where all bits are constant, else 1 to `bits`.

    Example:
        >>> effective_bits(np.zeros([2, 2]), np.array([0.5, 0.5]))
        2.0
        >>> effective_bits(np.array([[0.0, 1.0], [1.0, 0.0]]), np.full(2, 0.5))
        1.0
    """
    varies = ((balance > 0) & (balance < 1)).astype(float)
    # The sum of the squared eigenvalues is that of the squared entries.
    squares = np.square(correlation).sum() + varies.sum()
    return float(varies.sum() ** 2 / squares) if squares else 0.0


def bit_entropy(balance: np.ndarray) -> np.ndarray:
    """Computes the entropy of each bit, in bits.

    Maps shares of ones, float [bits] in [0, 1], to float [bits] in [0, 1].
    """
    sides = np.stack([balance, 1 - balance])
    return -(sides * np.log2(np.where(sides > 0, sides, 1))).sum(axis=0)


def _constant(balance: np.ndarray) -> list[str]:
    constant = (np.flatnonzero((balance == 0) | (balance == 1)) + 1).tolist()
    if not constant:
        return []
    names = ", ".join(map(str, constant[:_LISTED]))
    if len(constant) > _LISTED:
        names += f" and {len(constant) - _LISTED} more"
    verb = "is" if len(constant) == 1 else "are"
    return [f"{len(constant)} of {len(balance)} bits {verb} constant: {names}."]


def _repeated(correlation: np.ndarray) -> list[str]:
    pair = strongest_pair(correlation)
    count = int((np.triu(np.abs(correlation)) > REPEATED_CORRELATION).sum())
    if not pair or not count:
        return []
    bits = f"bits {pair[0]} and {pair[1]}"
    value = f"{pair[2]:+.3f}".replace("-", "−")
    if count == 1:
        return [f"{bits.capitalize()} repeat each other (correlation {value})."]
    return [
        f"{count:,} pairs of bits repeat each other (correlation beyond "
        f"±{REPEATED_CORRELATION}), most of all {bits} ({value})."
    ]


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
