"""Similarity of items by their labels, without a table of all pairs."""

import numpy as np
import numpy.typing as npt

# Candidates per pair to draw, so that there are similar ones among them.
_OVERSAMPLING = 20


def label_sets(labels: npt.ArrayLike) -> np.ndarray:
    """Converts class numbers [n] or 0/1 [n, classes] to float64 0/1."""
    labels = np.asarray(labels)
    if labels.ndim == 2:
        return labels.astype(np.float64)
    return (labels[:, None] == np.unique(labels)).astype(np.float64)


class LabelSimilarity:
    """The matrix S of +1 for items that share a label and -1 for others.

    Items with the same labels have the same row, so S is held as a table
    between groups of them: products with it cost n, not n ** 2.

    Args:
        labels: class numbers [n], or 0/1 [n, classes].

    Example:
        >>> similarity = LabelSimilarity([3, 9, 3])
        >>> similarity.times(np.array([1.0, 10.0, 100.0])).tolist()
        [91.0, -91.0, 91.0]
    """

    def __init__(self, labels: npt.ArrayLike) -> None:
        unique, group = np.unique(
            label_sets(labels), axis=0, return_inverse=True
        )
        self.group: np.ndarray = group.reshape(-1)
        self.between = np.where(unique @ unique.T > 0, 1.0, -1.0)
        self._order = np.argsort(self.group, kind="stable")
        self._starts = np.searchsorted(
            self.group[self._order], np.arange(len(unique))
        )

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Sums the rows of every group: [n, ...] becomes [groups, ...]."""
        return np.add.reduceat(values[self._order], self._starts, axis=0)

    def times(self, values: np.ndarray) -> np.ndarray:
        """Returns S @ values, for float [n] or [n, k]."""
        return (self.between @ self.sums(values))[self.group]

    def of_pairs(self, first: np.ndarray, second: np.ndarray) -> np.ndarray:
        """Returns +1 or -1 for each pair of int [k] and int [k]."""
        return self.between[self.group[first], self.group[second]]

    def draw_pairs(
        self, count: int, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Draws pairs, half of them similar.

        Returns two indices and whether they are similar, int [count] twice and
        bool [count].
        """
        pool = rng.integers(len(self.group), size=[2, _OVERSAMPLING * count])
        pool = pool[:, pool[0] != pool[1]]
        similar = self.of_pairs(*pool) > 0
        if similar.all() or not similar.any():
            raise ValueError(
                "`labels` must make some pairs similar and others not. "
                f"Received: {len(self.between)} different labels for "
                f"{len(self.group)} items"
            )
        halves = (count + 1) // 2, count // 2
        chosen = np.concatenate(
            [
                rng.choice(np.flatnonzero(mask), half)
                for mask, half in zip((similar, ~similar), halves, strict=True)
            ]
        )
        chosen = rng.permutation(chosen)
        return pool[0, chosen], pool[1, chosen], similar[chosen]
