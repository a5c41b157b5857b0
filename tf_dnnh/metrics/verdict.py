"""Grades codes by what a search suffers from."""

from collections.abc import Mapping
from typing import Any

import numpy as np

# Codes of fewer independent bits than this share of those that tell the
# classes apart are weak.
_NEEDED_BITS = 0.5
# Share of the way from chance to a perfect ranking: below the first, codes
# rank hardly better than a random order, below the second, they are weak.
_NO_GAIN, _SMALL_GAIN = 0.02, 0.2
# A ranking of images that were not trained on that keeps less than this share
# of the gain over chance has been learnt by heart.
_KEPT_GAIN = 0.75


def chance_of(items: np.ndarray, relevant: np.ndarray) -> float:
    """Computes the precision of a random order: mean share of relevant items.

    Args:
        items: Items at every distance, int [q, bits + 1].
        relevant: Relevant items at every distance, int [q, bits + 1].

    Example:
        >>> chance_of(np.array([[3, 1]]), np.array([[1, 0]]))
        0.25
    """
    return float((relevant.sum(axis=1) / items.sum(axis=1)).mean())


def verdict(
    health: Mapping[str, Any],
    classes: int,
    chance: float,
    score: float,
    unseen: float | None = None,
) -> dict[str, Any]:
    """Extends the grade of a set of bits by what their ranking is worth.

    Args:
        health: Result of `bit_health`.
        classes: Number of classes of the database.
        chance: MAP of a random order, in [0, 1].
        score: MAP of the codes, in [0, 1].
        unseen: MAP over images that were not trained on; None if unknown.

    Returns:
        `grade` ("healthy", "weak" or "collapsed") and `reasons`, sentences
        that explain it: those of `health` first.

    Example:
        >>> health = {"grade": "healthy", "reasons": [], "balance": [0.5] * 8,
        ...           "effective_bits": 7.0, "distinct_codes": 90}
        >>> verdict(health, 10, chance=0.1, score=0.2)["grade"]
        'weak'
        >>> verdict(health, 10, chance=0.1, score=0.6, unseen=0.58)["reasons"]
        []
    """
    reasons = _code_reasons(health, classes)
    gain = (score - chance) / max(1 - chance, 1e-9)
    no_better = chance < 1 and gain < _NO_GAIN
    if no_better or gain < _SMALL_GAIN:
        much = "no better than" if no_better else "close to"
        reasons.append(
            f"MAP {score:.3f} is {much} that of a random order, {chance:.3f}."
        )
    if unseen is not None and unseen - chance < _KEPT_GAIN * (score - chance):
        reasons.append(
            f"Images that were not trained on rank much worse: MAP "
            f"{unseen:.3f} instead of {score:.3f}."
        )
    grade = health["grade"]
    if no_better:
        grade = "collapsed"
    elif reasons and grade == "healthy":
        grade = "weak"
    return {"grade": grade, "reasons": [*health["reasons"], *reasons]}


def _code_reasons(health: Mapping[str, Any], classes: int) -> list[str]:
    """Names too few independent bits, and too few codes for the classes."""
    if health["grade"] == "collapsed":
        return []
    reasons = []
    bits, effective = len(health["balance"]), health["effective_bits"]
    if effective < _NEEDED_BITS * min(bits, classes - 1):
        reasons.append(
            f"The {bits} bits carry as much as {effective:.1f} independent "
            f"ones, few for {classes} classes."
        )
    if health["distinct_codes"] < min(classes, 2**bits):
        reasons.append(
            f"There are {health['distinct_codes']} distinct codes, fewer than "
            f"the {classes} classes."
        )
    return reasons
