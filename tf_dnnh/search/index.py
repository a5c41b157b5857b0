"""Search in binary codes by Hamming distance."""

import os
import threading
from typing import Any

import numpy as np

from tf_dnnh.codes import code_bytes
from tf_dnnh.search.hamming import answers, arguments, engines, saved_index
from tf_dnnh.search.hamming.distinct_codes import DistinctCodes
from tf_dnnh.search.hamming.padding import pad, padded_bytes

# Distances have 16 bits where hits are sorted.
MOST_BITS = 2**16 - 1


class HammingIndex:
    """Finds the codes nearest to a query, by your own ids.

    Codes that follow from training repeat. The index keeps each distinct code
    once, with the ids that share it, and searches in the distinct codes alone.

    Kinds:
        flat: compares with every distinct code. Exact.
        hash: looks codes up within `radius`. Exact, but finds nothing beyond.
        hnsw: walks a graph of near codes. Approximate, and slow to build.
        ivf: compares with the codes of near cells. Approximate; the cells are
            built anew after an update.
        auto: `flat` for the k nearest among up to ten million distinct codes,
            `ivf` among more; `hash` within `radius`, if quicker.

    Within a radius, and among given ids, `hnsw` and `ivf` are exact, too: they
    compare with every code. `flat` and `auto` also work without faiss.

    Several threads may search while one makes changes. A change costs a pass
    over all ids, so add and remove many at once.

    Args:
        bits: bits per code.
        kind: `flat`, `hash`, `hnsw`, `ivf` or `auto`.
        radius: largest distance that `hash` answers.
        fingerprint: of the model that made the codes, if known.

    Example:
        >>> index = HammingIndex(8)
        >>> codes = np.array([[0b11110000], [0b11111111]], np.uint8)
        >>> index.add(codes, ["a.png", "b.png"])
        >>> distances, ids = index.search(np.array([[0b11110001]], np.uint8), 2)
        >>> distances.tolist(), ids.tolist()
        ([[1, 3]], [['a.png', 'b.png']])
    """

    def __init__(
        self,
        bits: int,
        kind: str = "flat",
        *,
        radius: int = 2,
        fingerprint: str = "",
    ) -> None:
        self.bits = arguments.checked_count("bits", bits, 1, MOST_BITS)
        self.kind = engines.checked_kind(kind)
        self.radius = arguments.checked_count("radius", radius, 0)
        self.fingerprint = fingerprint
        self._contents = DistinctCodes.empty(padded_bytes(bits))
        self._engines: dict[str, Any] = {}
        self._building = threading.Lock()

    def __len__(self) -> int:
        return len(self._contents.ids)

    @property
    def ids(self) -> np.ndarray:
        """All ids, sorted, int64 or str [n]."""
        return self._contents.ids

    @property
    def is_exact(self) -> bool:
        """Whether no neighbour is missed; with `hash`, within its radius."""
        return self._kind(self._contents) not in engines.APPROXIMATE

    def add(
        self, codes: Any, ids: Any = None, *, replace: bool = False
    ) -> None:
        """Adds codes.

        Args:
            codes: packed, uint8 [n, ceil(bits / 8)].
            ids: int64 or str [n], of one type per index. Default: the next
                whole numbers.
            replace: whether to replace the codes of ids that are there.

        Raises:
            SearchError: if an id is there already, or given twice.
        """
        codes = arguments.checked_codes(codes, self.bits)
        ids = arguments.new_ids(ids, len(codes), self.ids)
        contents = self._contents
        places, present = contents.find(ids)
        if replace:
            contents = contents.without(places[present])
        else:
            arguments.check_new(ids, present)
        self._update(contents.adding(pad(codes, self.bits), ids))

    def remove(self, ids: Any) -> int:
        """Removes ids, and returns how many of them were there."""
        ids = arguments.same_type(arguments.checked_ids(ids), self.ids)
        places, present = self._contents.find(np.unique(ids))
        self._update(self._contents.without(places[present]))
        return int(np.count_nonzero(present))

    def search(
        self, codes: Any, k: int, *, among: Any = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Finds the k nearest ids of each query.

        Args:
            codes: packed queries, uint8 [q, ceil(bits / 8)].
            k: ids per query.
            among: ids to choose from, [n]. Default: all.

        Returns:
            Distances int32 [q, k] and ids int64 or str [q, k], sorted by
            distance, then id. Where there are fewer, the id is -1 or "" and
            the distance 2**31 - 1.
        """
        queries = pad(arguments.checked_codes(codes, self.bits), self.bits)
        k = arguments.checked_count("k", k, 1)
        contents = self._among(among)
        engine = self._engine(self._kind(contents), contents)
        reach = min(k, len(contents.ids))
        places = np.full((len(queries), k), -1, np.int64)
        distances = np.full(places.shape, arguments.NO_DISTANCE, np.int32)
        for block in answers.blocks(len(queries), reach, len(contents.ids)):
            distances[block, :reach], places[block, :reach] = answers.nearest(
                contents, engine, queries[block], reach
            )
        return distances, arguments.ids_at(contents.ids, places)

    def range_search(
        self, codes: Any, radius: int, *, among: Any = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Finds all ids within a radius of each query.

        Args:
            codes: packed queries, uint8 [q, ceil(bits / 8)].
            radius: largest distance of an id found.
            among: ids to choose from, [n]. Default: all.

        Returns:
            Limits int64 [q + 1], distances int32 [m] and ids [m]: those of
            query i are at limits[i] to limits[i + 1], sorted by distance,
            then id.
        """
        queries = pad(arguments.checked_codes(codes, self.bits), self.bits)
        radius = arguments.checked_count("radius", radius, 0)
        contents = self._among(among)
        kind = engines.kind_for_range(
            self.kind, len(contents.codes), radius, self.radius
        )
        engine = self._engine(kind, contents)
        parts = [
            answers.within(contents, engine, queries[block], radius)
            for block in answers.blocks(len(queries), 1, len(contents.ids))
        ]
        none = np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0, int)
        counts, distances, places = map(
            np.concatenate, zip(none, *parts, strict=True)
        )
        limits = np.concatenate([[0], counts.cumsum()])
        return limits, distances, contents.ids[places]

    def codes_of(self, ids: Any) -> np.ndarray:
        """Returns the packed codes of ids, uint8 [n, ceil(bits / 8)].

        Raises:
            SearchError: if there is no such id.
        """
        ids = arguments.same_type(arguments.checked_ids(ids), self.ids)
        places, present = self._contents.find(ids)
        arguments.check_present(ids, present)
        return self._packed(self._contents.codes[self._contents.rows[places]])

    @property
    def distinct_count(self) -> int:
        """Number of different codes."""
        return int(np.count_nonzero(self._contents.counts))

    def buckets(self) -> tuple[np.ndarray, np.ndarray]:
        """Returns the different codes and how many ids share each.

        Returns:
            uint8 [m, ceil(bits / 8)] and int64 [m].
        """
        counts = self._contents.counts
        used = counts > 0
        return self._packed(self._contents.codes[used]), counts[used]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Saves the index to a folder.

        The folder holds the old index until the new one is complete, so a
        save that is killed leaves one of them.
        """
        contents = self._contents
        arrays = contents.arrays()
        kind = self._kind(contents)
        if kind in engines.APPROXIMATE:
            arrays["engine"] = self._engine(kind, contents).saved()
        saved_index.save(path, self._header(contents), arrays)

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        *,
        fingerprint: str | None = None,
        check: bool = True,
    ) -> "HammingIndex":
        """Loads an index from its folder, memory-mapped.

        Args:
            path: the folder.
            fingerprint: of the model whose codes are to be searched; None if
                any will do.
            check: whether to read all files and compare their checksums;
                otherwise, only their sizes are compared.

        Raises:
            SearchError: if there is no index, or it is damaged, was made by a
                newer version or holds codes of another model.
        """
        header, arrays = saved_index.load(path, check)
        saved_index.check_fingerprint(path, header, fingerprint)
        index = cls(
            header["bits"],
            header["kind"],
            radius=header["radius"],
            fingerprint=header["fingerprint"],
        )
        index._contents = contents = DistinctCodes.from_arrays(arrays)
        if "engine" in arrays:
            kind = index._kind(contents)
            index._engines[kind] = engines.build(
                kind, contents.codes, index.radius, saved=arrays["engine"]
            )
        return index

    def _header(self, contents: DistinctCodes) -> dict[str, Any]:
        return {
            "bits": self.bits,
            "kind": self.kind,
            "radius": self.radius,
            "fingerprint": self.fingerprint,
            "codes": len(contents.ids),
            "distinct_codes": int(np.count_nonzero(contents.counts)),
        }

    def _update(self, contents: DistinctCodes) -> None:
        # A graph is extended, so its rows keep their numbers for long.
        stays = self.kind == "hnsw" and not contents.is_sparse
        in_order = stays or contents.is_in_order
        self._contents = contents if in_order else contents.in_order()

    def _among(self, ids: Any) -> DistinctCodes:
        contents = self._contents
        if ids is None:
            return contents
        ids = arguments.same_type(arguments.checked_ids(ids), contents.ids)
        places, present = contents.find(np.unique(ids))
        return contents.only(places[present])

    def _kind(self, contents: DistinctCodes) -> str:
        part = contents is not self._contents
        return engines.kind_for_nearest(
            self.kind, len(contents.codes), part=part
        )

    def _engine(self, kind: str, contents: DistinctCodes) -> Any:
        if contents is not self._contents:
            # A part of them, or old by now: not worth keeping.
            return engines.build(kind, contents.codes, self.radius)
        with self._building:
            engine = self._engines.get(kind)
            if engine is None or engine.codes is not contents.codes:
                engine = engines.build(
                    kind, contents.codes, self.radius, previous=engine
                )
                self._engines[kind] = engine
            return engine

    def _packed(self, padded: np.ndarray) -> np.ndarray:
        return padded[:, : code_bytes(self.bits)]
