"""Slow, simple reference metrics on plain Python numbers."""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np


def orders(
    distances: Sequence[int], relevant: Sequence[bool]
) -> Iterator[list[bool]]:
    """Yields the relevance by rank of every order that the ties allow."""
    ties = []
    for distance in sorted(set(distances)):
        tie = [
            r for d, r in zip(distances, relevant, strict=True) if d == distance
        ]
        hits = itertools.combinations(range(len(tie)), sum(tie))
        ties.append([[i in h for i in range(len(tie))] for h in hits])
    for choice in itertools.product(*ties):
        yield list(itertools.chain(*choice))


def average_precision(
    ranked: Sequence[bool], top_n: int | None, denominator: str
) -> float:
    """Computes average precision of one order by definition."""
    top_n = len(ranked) if top_n is None else top_n
    found, total = 0, 0.0
    for rank, hit in enumerate(ranked[:top_n], 1):
        if hit:
            found += 1
            total += found / rank
    divisor = {
        "retrieved": found,
        "min": min(top_n, sum(ranked)),
        "all": sum(ranked),
    }[denominator]
    return total / divisor if divisor else 0.0


def distances(queries: np.ndarray, database: np.ndarray) -> list[list[int]]:
    """Computes Hamming distances of packed codes by comparing digits."""
    return [
        [
            bin(
                int.from_bytes(q.tobytes()) ^ int.from_bytes(d.tobytes())
            ).count("1")
            for d in database
        ]
        for q in queries
    ]


def relevance(queries: np.ndarray, database: np.ndarray) -> list[list[bool]]:
    """Computes pair by pair whether class or a label is shared."""
    if queries.ndim == 1:
        return [[bool(q == d) for d in database] for q in queries]
    return [[bool((q * d).any()) for d in database] for q in queries]


def histograms(
    distances: Sequence[Sequence[int]],
    relevant: Sequence[Sequence[bool]],
    bits: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Counts items and relevant items by distance, one at a time."""
    items = np.zeros((len(distances), bits + 1), int)
    hits = np.zeros_like(items)
    for row, pairs in enumerate(zip(distances, relevant, strict=True)):
        for distance, hit in zip(*pairs, strict=True):
            items[row, distance] += 1
            hits[row, distance] += hit
    return items, hits


def random_case(
    seed: int, queries: int, database: int, bits: int, classes: int = 3
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Draws packed query and database codes with many ties, and classes."""
    rng = np.random.default_rng(seed)
    both = queries + database
    # A code is near that of its class, so that the ranking is meaningful.
    centres = rng.integers(0, 2, (classes, bits))
    labels = rng.integers(0, classes, both)
    flips = rng.random((both, bits)) < 0.3
    packed = np.packbits(centres[labels] ^ flips, axis=1)
    return (
        packed[:queries],
        packed[queries:],
        labels[:queries],
        labels[queries:],
    )


def random_sets(seed: int, count: int, classes: int) -> np.ndarray:
    """Draws label sets [count, classes], some of them empty."""
    rng = np.random.default_rng(seed)
    return (rng.random((count, classes)) < 0.25).astype(np.uint8)
