"""Sums of precisions over items at one distance, which have no order.

`before` items and `found` relevant ones are ranked ahead; then come `taken`
items of which `hits` are relevant. A relevant item at rank k adds to the
average precision the share of relevant items among the first k.

Reference:
    F. McSherry and M. Najork, "Computing information retrieval performance
    measures efficiently in the presence of tied scores", ECIR 2008.
"""

import numpy as np

_EXACT = 64
_HARMONIC = np.concatenate([[0.0], np.cumsum(1 / np.arange(1.0, _EXACT + 1))])
# Coefficients of n^-2, n^-4, n^-6 in the expansion of H(n) - log(n).
_SERIES = (-1 / 12, 1 / 120, -1 / 252)


def harmonic_difference(start: np.ndarray, stop: np.ndarray) -> np.ndarray:
    """Returns H(stop) - H(start), H(n) = 1 + 1/2 + ... + 1/n.

    Exact sums below 64, the asymptotic series above: no table as long as
    the database, and no digits lost where start and stop are close. Both are
    whole numbers >= 0; about 15 digits of the result are correct.
    """
    low_start = np.minimum(start, _EXACT).astype(int)
    low_stop = np.minimum(stop, _EXACT).astype(int)
    low = _HARMONIC[low_stop] - _HARMONIC[low_start]
    start = np.maximum(start, _EXACT).astype(float)
    stop = np.maximum(stop, _EXACT).astype(float)
    high = np.log1p((stop - start) / start)
    high += (1 / stop - 1 / start) / 2
    for power, factor in zip((-2, -4, -6), _SERIES, strict=True):
        high += factor * (stop**power - start**power)
    return low + high


def _expected(
    before: np.ndarray, found: np.ndarray, taken: np.ndarray, hits: np.ndarray
) -> np.ndarray:
    """Returns the mean over all orders of the taken items."""
    share = hits / np.maximum(taken, 1)
    # Probability that two given places both hold a relevant item.
    pair = share * (hits - 1) / np.maximum(taken - 1, 1)
    rise = harmonic_difference(before, before + taken)
    return share * (found + 1) * rise + pair * (taken - (before + 1) * rise)


def _best(
    before: np.ndarray, found: np.ndarray, taken: np.ndarray, hits: np.ndarray
) -> np.ndarray:
    """Returns the sum with the relevant items first."""
    del taken
    rise = harmonic_difference(before, before + hits)
    return hits + (found - before) * rise


def _worst(
    before: np.ndarray, found: np.ndarray, taken: np.ndarray, hits: np.ndarray
) -> np.ndarray:
    """Returns the sum with the relevant items last."""
    return _best(before + taken - hits, found, hits, hits)


PRECISION_SUMS = {"expected": _expected, "best": _best, "worst": _worst}


def hit_probabilities(
    items: np.ndarray,
    relevant: np.ndarray,
    taken: np.ndarray,
    *,
    likely: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """Computes the hypergeometric distribution of hits among items taken.

    For c ties, each int [c, 1], returns every possible number of relevant
    items among the taken and its probability, both float64 [c, most]. Rows
    sum to one; a row with fewer possible numbers repeats the last one, with
    probability 0. `likely` leaves out numbers so far from the mean that
    together they have a probability below 1e-17.

    Reference:
        W. Hoeffding, "Probability inequalities for sums of bounded random
        variables", 1963, section 6, for `likely`.
    """
    rest = items - relevant
    low, high = np.maximum(0, taken - rest), np.minimum(taken, relevant)
    if likely:
        # P(|hits - mean| >= reach) <= 2 exp(-2 reach^2 / taken), and taken
        # may change places with relevant, or either with what it leaves.
        mean = taken * (relevant / items)
        draws = np.minimum.reduce([taken, items - taken, relevant, rest])
        reach = 4.5 * np.sqrt(draws)
        low = np.maximum(low, np.floor(mean - reach))
        high = np.minimum(high, np.ceil(mean + reach))
    hits = low + np.arange((high - low).max() + 1.0)
    possible = hits <= high
    at = hits[:, :-1]
    ratios = (relevant - at) * (taken - at)
    ratios /= (at + 1) * (rest - taken + at + 1)
    logs = np.zeros_like(hits)
    steps = np.log(np.where(possible[:, 1:], ratios, 1))
    np.cumsum(steps, axis=1, out=logs[:, 1:])
    weights = np.exp(logs - logs.max(axis=1, keepdims=True)) * possible
    weights /= weights.sum(axis=1, keepdims=True)
    return np.minimum(hits, high), weights
