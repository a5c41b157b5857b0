"""Codes without repetition, with the ids that share each of them."""

import functools

import numpy as np

from tf_dnnh.search.hamming.padding import keys


class DistinctCodes:
    """The contents of an index, never changed: updates return new contents.

    Trained codes repeat: a scan, a graph or a hash table of the distinct ones
    is smaller, and answers sooner. An id is known inside by its *place*, its
    position in `ids`, so the order of places is the order of ids, whatever
    their type.

    Args:
        codes: uint8 [m, bytes], padded; all different.
        ids: int64 or str [n], sorted; all different.
        rows: int32 [n], for each id the row of its code in `codes`. Rows
            without an id may be left over after a removal.
        postings: see `postings`; computed when needed if None.
    """

    def __init__(
        self,
        codes: np.ndarray,
        ids: np.ndarray,
        rows: np.ndarray,
        postings: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> None:
        self.codes = codes
        self.ids = ids
        self.rows = rows
        if postings is not None:
            self.postings = postings

    @classmethod
    def empty(cls, width: int) -> "DistinctCodes":
        """Returns contents without codes, for codes of `width` bytes."""
        codes = np.zeros((0, width), np.uint8)
        return cls(codes, np.zeros(0, np.int64), np.zeros(0, np.int32))

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray]) -> "DistinctCodes":
        """Returns the contents that `arrays` took apart."""
        postings = arrays["offsets"], arrays["places"]
        return cls(arrays["codes"], arrays["ids"], arrays["rows"], postings)

    def arrays(self) -> dict[str, np.ndarray]:
        """Returns all arrays by name, for a file each."""
        offsets, places = self.postings
        return {
            "codes": self.codes,
            "ids": self.ids,
            "rows": self.rows,
            "offsets": offsets,
            "places": places,
        }

    @functools.cached_property
    def postings(self) -> tuple[np.ndarray, np.ndarray]:
        """Returns offsets, int32 [m + 1], and places, int32 [n].

        The ids of row r are at `places[offsets[r] : offsets[r + 1]]`, sorted.
        """
        counts = np.bincount(self.rows, minlength=len(self.codes))
        offsets = np.concatenate([[0], np.cumsum(counts)])
        # One sort of row and place together is quicker than a stable argsort.
        both = self.rows.astype(np.int64) << 32
        both |= np.arange(len(both))
        both.sort()
        return offsets.astype(np.int32), both.astype(np.int32)

    @functools.cached_property
    def counts(self) -> np.ndarray:
        """Returns the number of ids of each row, int64 [m]."""
        return np.diff(self.postings[0]).astype(np.int64)

    @functools.cached_property
    def is_sparse(self) -> bool:
        """Whether more than a quarter of the rows are without an id."""
        used = int(np.count_nonzero(self.counts))
        return 4 * used < 3 * len(self.codes)

    @functools.cached_property
    def is_in_order(self) -> bool:
        """Whether every row has an id, and rows are sorted by their first."""
        offsets, places = self.postings
        first = places[offsets[:-1]] if self.counts.all() else places[:0]
        return len(first) == len(self.codes) and bool(
            np.all(np.diff(first) > 0)
        )

    def find(self, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns the places of ids, and whether each of them is there."""
        places = np.searchsorted(self.ids, ids)
        inside = places < len(self.ids)
        inside[inside] = self.ids[places[inside]] == ids[inside]
        return places, inside

    def adding(self, codes: np.ndarray, ids: np.ndarray) -> "DistinctCodes":
        """Returns contents with more codes; rows keep their numbers.

        Args:
            codes: uint8 [n, bytes], padded.
            ids: [n], none of them there yet and all different.
        """
        order = np.argsort(ids)
        ids = ids[order]
        both = np.concatenate([self.codes, codes[order]])
        _, first, rows = np.unique(
            keys(both), return_index=True, return_inverse=True
        )
        appearance = np.argsort(first)
        number = np.empty(len(first), np.int32)
        number[appearance] = np.arange(len(first), dtype=np.int32)
        new = number[rows[len(self.codes) :]]
        at = np.searchsorted(self.ids, ids)
        # Strings of the longer type, lest `insert` cut them.
        old = self.ids.astype(np.result_type(self.ids, ids), copy=False)
        return DistinctCodes(
            both[first[appearance]],
            np.insert(old, at, ids) if len(old) else ids,
            np.insert(self.rows, at, new) if len(old) else new,
        )

    def without(self, places: np.ndarray) -> "DistinctCodes":
        """Returns contents without some ids; rows keep their numbers."""
        kept = np.ones(len(self.ids), bool)
        kept[places] = False
        return DistinctCodes(self.codes, self.ids[kept], self.rows[kept])

    def only(self, places: np.ndarray) -> "DistinctCodes":
        """Returns contents with some ids alone, in order; places are sorted."""
        chosen = DistinctCodes(self.codes, self.ids[places], self.rows[places])
        return chosen.in_order()

    def in_order(self) -> "DistinctCodes":
        """Returns the same, without empty rows, sorted by their first id."""
        count = len(self.ids)
        first = np.full(len(self.codes), count, np.int32)
        # Of several values for a row, NumPy keeps the last: the first place.
        first[self.rows[::-1]] = np.arange(count, dtype=np.int32)[::-1]
        order = np.argsort(first)[: np.count_nonzero(first < count)]
        number = np.empty(len(self.codes), np.int32)
        number[order] = np.arange(len(order), dtype=np.int32)
        return DistinctCodes(self.codes[order], self.ids, number[self.rows])
