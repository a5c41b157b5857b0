"""Average precision of a Hamming ranking, exact under ties."""

from collections.abc import Callable, Iterable

import numpy as np

from tf_dnnh.metrics.ties import PRECISION_SUMS, hit_probabilities

# Divisors of the sum of precisions: the relevant items in the top n (found),
# the most that n places can hold, or all relevant items (total).
DENOMINATORS: dict[str, Callable] = {
    "retrieved": lambda found, top_n, total: found,
    "min": lambda found, top_n, total: np.minimum(top_n, total),
    "all": lambda found, top_n, total: total,
}
# Summaries of the outcomes of a tie that `top_n` cuts, by their probabilities.
_SUMMARIES: dict[str, Callable] = {
    "expected": lambda values, weights: (values * weights).sum(axis=1),
    "best": lambda values, weights: values.max(axis=1),
    "worst": lambda values, weights: values.min(axis=1),
}
# Queries, and outcomes of cut ties, at a time, so that arrays stay small.
_ROWS = 1024
_OUTCOMES = 1 << 17


def average_precision(
    items: np.ndarray,
    relevant: np.ndarray,
    *,
    top_n: int | None = None,
    ties: str = "expected",
    denominator: str = "retrieved",
) -> np.ndarray:
    """Computes the average precision of each query from its histograms.

    `AP = 1/R * sum over relevant items of (relevant up to it / its rank)`,
    where ranks run up to `top_n` and R is the `denominator`. Items at one
    distance have no order: `expected` is the mean of the AP over all their
    orders, `best` and `worst` are its maximum and minimum. All three are
    exact, also where `top_n` cuts a distance in two and the number of
    relevant items found, hence R, depends on the order.

    Args:
        items: Items at every distance, int [q, bits + 1].
        relevant: Relevant items at every distance, int [q, bits + 1].
        top_n: Length of the ranking that counts; None for all of it.
        ties: "expected", "best" or "worst".
        denominator: R, as in `mean_average_precision`; all are the same where
            `top_n` is None.

    Returns:
        float64 [q] in [0, 1]; 0 where R is 0.

    Raises:
        ValueError: If an option is unknown, or `top_n` less than 1.

    Example:
        >>> items, relevant = np.array([[2, 1]]), np.array([[1, 1]])
        >>> [
        ...     round(float(average_precision(items, relevant, ties=t)[0]), 4)
        ...     for t in ("worst", "expected", "best")
        ... ]  # (1/2 + 2/3) / 2, the mean, (1 + 2/3) / 2
        [0.5833, 0.7083, 0.8333]

    Reference:
        McSherry and Najork, ECIR 2008, for the mean over all orders.
    """
    check_choice("ties", ties, PRECISION_SUMS)
    check_choice("denominator", denominator, DENOMINATORS)
    check_top_n(top_n)
    values = np.empty(len(items))
    for start in range(0, len(items), _ROWS):
        rows = slice(start, start + _ROWS)
        values[rows] = _average_precision(
            items[rows], relevant[rows], top_n, ties, denominator
        )
    return values


def mean_over_queries(
    values: np.ndarray, relevant: np.ndarray, no_relevant: str = "zero"
) -> float:
    """Averages a metric, [q], over queries; `relevant` is [q, bits + 1].

    Queries without a relevant item have the value 0; "skip" leaves them out.
    """
    check_choice("no_relevant", no_relevant, ("zero", "skip"))
    if no_relevant == "skip":
        values = values[relevant.any(axis=1)]
        if not len(values):
            raise ValueError(
                '`no_relevant` must be "zero" where no query has a relevant '
                'item. Received: no_relevant="skip"'
            )
    return float(values.mean())


def check_choice(name: str, value: str, allowed: Iterable[str]) -> None:
    """Raises ValueError unless `value` is allowed."""
    if value not in (words := list(allowed)):
        raise ValueError(f"`{name}` must be one of {words}. Received: {value}")


def check_top_n(top_n: int | None) -> None:
    """Raises ValueError unless `top_n` is None or positive."""
    if top_n is not None and top_n < 1:
        raise ValueError(
            f"`top_n` must be 1 or more, or None. Received: {top_n}"
        )


def _average_precision(
    items: np.ndarray,
    relevant: np.ndarray,
    top_n: int | None,
    ties: str,
    denominator: str,
) -> np.ndarray:
    before = np.cumsum(items, axis=1) - items
    found = np.cumsum(relevant, axis=1) - relevant
    total = relevant.sum(axis=1)
    limit = int(items.sum(axis=1).max()) if top_n is None else top_n
    taken = np.clip(limit - before, 0, items)
    whole = taken == items
    hits = np.where(whole, relevant, 0)
    sums = PRECISION_SUMS[ties](before, found, items, hits).sum(axis=1)
    divisor = DENOMINATORS[denominator](hits.sum(axis=1), limit, total)
    result = sums / np.maximum(divisor, 1)
    rows, columns = np.nonzero(~whole & (taken > 0))
    if not len(rows):
        return result
    most = int(taken[rows, columns].max())
    for part in np.array_split(
        np.arange(len(rows)), -(-len(rows) * most // _OUTCOMES)
    ):
        cut = rows[part, None], columns[part, None]
        hits, probabilities = hit_probabilities(
            items[cut], relevant[cut], taken[cut], likely=ties == "expected"
        )
        more = PRECISION_SUMS[ties](before[cut], found[cut], taken[cut], hits)
        divisor = DENOMINATORS[denominator](
            found[cut] + hits, limit, total[cut[0]]
        )
        outcomes = (sums[cut[0]] + more) / np.maximum(divisor, 1)
        result[rows[part]] = _SUMMARIES[ties](outcomes, probabilities)
    return result
