"""Exact search in NumPy, with nothing clever about it."""

import os
from typing import Any

import numpy as np

from tf_dnnh.codes import code_bytes, hamming_distance
from tf_dnnh.search.hamming import arguments


class LinearIndex:
    """Compares a query with every code; the measure of other indexes.

    It has the interface of `HammingIndex`, whose documentation explains
    arguments and results, and answers alike, in a few lines of NumPy.

    Args:
        bits: bits per code.
        fingerprint: of the model that made the codes, if known.

    Example:
        >>> index = LinearIndex(8)
        >>> index.add(np.array([[0b11110000], [0b11111111]], np.uint8))
        >>> distances, ids = index.search(np.array([[0b11110001]], np.uint8), 2)
        >>> distances.tolist(), ids.tolist()
        ([[1, 3]], [[0, 1]])
    """

    kind = "linear"
    is_exact = True

    def __init__(self, bits: int, *, fingerprint: str = "") -> None:
        self.bits = bits
        self.fingerprint = fingerprint
        self.ids = np.zeros(0, np.int64)
        self._codes = np.zeros((0, code_bytes(bits)), np.uint8)

    def __len__(self) -> int:
        return len(self.ids)

    def add(
        self, codes: Any, ids: Any = None, *, replace: bool = False
    ) -> None:
        """Adds codes; see `HammingIndex.add`."""
        codes = arguments.checked_codes(codes, self.bits)
        ids = arguments.new_ids(ids, len(codes), self.ids)
        if replace:
            self.remove(ids)
        arguments.check_new(ids, np.isin(ids, self.ids))
        both = np.concatenate([self.ids, ids]) if len(self) else ids
        order = np.argsort(both)
        self.ids = both[order]
        self._codes = np.concatenate([self._codes, codes])[order]

    def remove(self, ids: Any) -> int:
        """Removes ids; see `HammingIndex.remove`."""
        ids = arguments.same_type(arguments.checked_ids(ids), self.ids)
        kept = ~np.isin(self.ids, ids)
        self.ids, self._codes = self.ids[kept], self._codes[kept]
        return int(np.count_nonzero(~kept))

    def search(
        self, codes: Any, k: int, *, among: Any = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Finds the k nearest ids; see `HammingIndex.search`."""
        queries = arguments.checked_codes(codes, self.bits)
        k = arguments.checked_count("k", k, 1)
        places = self._places(among)
        distances = np.full((len(queries), k), arguments.NO_DISTANCE, np.int32)
        found = np.full(distances.shape, -1, np.int64)
        for i, query in enumerate(queries):
            all_distances = hamming_distance(query, self._codes[places])
            order = np.argsort(all_distances, kind="stable")[:k]
            distances[i, : len(order)] = all_distances[order]
            found[i, : len(order)] = places[order]
        return distances, arguments.ids_at(self.ids, found)

    def range_search(
        self, codes: Any, radius: int, *, among: Any = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Finds all ids within a radius; see `HammingIndex.range_search`."""
        queries = arguments.checked_codes(codes, self.bits)
        radius = arguments.checked_count("radius", radius, 0)
        places = self._places(among)
        counts, distances, ids = [0], [], [self.ids[:0]]
        for query in queries:
            all_distances = hamming_distance(query, self._codes[places])
            order = np.argsort(all_distances, kind="stable")
            order = order[all_distances[order] <= radius]
            counts.append(len(order))
            distances.append(all_distances[order])
            ids.append(self.ids[places[order]])
        none = np.zeros(0, np.int32)
        return (
            np.cumsum(counts),
            np.concatenate([none, *distances]),
            np.concatenate(ids),
        )

    def codes_of(self, ids: Any) -> np.ndarray:
        """Returns the codes of ids; see `HammingIndex.codes_of`."""
        ids = arguments.same_type(arguments.checked_ids(ids), self.ids)
        places = np.searchsorted(self.ids, ids)
        arguments.check_present(ids, np.isin(ids, self.ids))
        return self._codes[places]

    @property
    def distinct_count(self) -> int:
        """Number of different codes."""
        return len(self.buckets()[0])

    def buckets(self) -> tuple[np.ndarray, np.ndarray]:
        """Returns the different codes and how many ids share each."""
        return np.unique(self._codes, axis=0, return_counts=True)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Saves the index as a `HammingIndex` of kind `flat`."""
        from tf_dnnh.search.index import HammingIndex

        index = HammingIndex(self.bits, fingerprint=self.fingerprint)
        index.add(self._codes, self.ids)
        index.save(path)

    @classmethod
    def load(
        cls, path: str | os.PathLike[str], *, fingerprint: str | None = None
    ) -> "LinearIndex":
        """Loads any saved `HammingIndex`; see `HammingIndex.load`."""
        from tf_dnnh.search.index import HammingIndex

        saved = HammingIndex.load(path, fingerprint=fingerprint)
        index = cls(saved.bits, fingerprint=saved.fingerprint)
        index.add(saved.codes_of(saved.ids), saved.ids)
        return index

    def _places(self, among: Any) -> np.ndarray:
        if among is None:
            return np.arange(len(self))
        ids = arguments.same_type(arguments.checked_ids(among), self.ids)
        return np.flatnonzero(np.isin(self.ids, ids))
