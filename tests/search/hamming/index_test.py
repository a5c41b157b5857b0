"""Tests that every kind of index answers as comparing code by code does."""

import concurrent.futures
import threading
import unittest
from typing import Any
from unittest import mock

import numpy as np

from tests.search.hamming.tied_codes import BITS, string_ids, tied_codes
from tf_dnnh import codes
from tf_dnnh.search import HammingIndex, LinearIndex
from tf_dnnh.search.hamming.hash_table import HashTable

FAR = 2**31 - 1


class Oracle:
    """A dictionary of codes, sorted anew for every query."""

    def __init__(self) -> None:
        self.codes: dict[Any, np.ndarray] = {}

    def ranking(
        self, query: np.ndarray, among: Any = None
    ) -> list[tuple[int, Any]]:
        """Returns all distances and ids, sorted."""
        chosen = self.codes if among is None else set(among) & set(self.codes)
        return sorted(
            (int(codes.hamming_distance(query, self.codes[id_])), id_)
            for id_ in chosen
        )


def pairs(distances: np.ndarray, ids: np.ndarray) -> list[tuple[int, Any]]:
    """Returns hits as `Oracle.ranking` does."""
    return list(zip(distances.tolist(), ids.tolist(), strict=True))


def build(bits: int, ids: np.ndarray, kind: str) -> tuple[HammingIndex, Oracle]:
    """Returns an index after some updates, and an oracle of its contents."""
    rng = np.random.default_rng(bits)
    packed = tied_codes(rng, len(ids), bits)
    index, oracle = HammingIndex(bits, kind), Oracle()
    half = len(ids) // 2
    index.add(packed[:half], ids[:half])
    index.search(packed[:1], 1)  # An engine exists before the next update.
    others = tied_codes(rng, len(ids), bits)[half // 2 :]
    index.add(others, ids[half // 2 :], replace=True)
    index.remove(ids[::5])
    oracle.codes = dict(zip(ids.tolist(), packed, strict=True))
    new = zip(ids[half // 2 :].tolist(), others, strict=True)
    oracle.codes.update(new)
    for id_ in ids[::5].tolist():
        del oracle.codes[id_]
    return index, oracle


def ids_of(bits: int, count: int = 150) -> np.ndarray:
    """Returns numbers for some lengths of codes, strings for the others."""
    numbers = np.random.default_rng(bits).permutation(10 * count)[:count]
    return string_ids(numbers) if bits % 3 else numbers - count


class ExactTest(unittest.TestCase):
    def test_nearest(self):
        for kind in ("flat", "auto"):
            for bits in BITS:
                with self.subTest(kind=kind, bits=bits):
                    self.check_nearest(*build(bits, ids_of(bits), kind), FAR)

    def test_nearest_of_a_hash_table_end_at_its_radius(self):
        for bits in BITS:
            with self.subTest(bits=bits):
                self.check_nearest(*build(bits, ids_of(bits), "hash"), 2)

    def check_nearest(
        self, index: HammingIndex, oracle: Oracle, radius: int
    ) -> None:
        self.assertTrue(index.is_exact)
        queries = tied_codes(np.random.default_rng(1), 8, index.bits)
        some = index.ids[::3]
        for k in (1, 7, 50, 1000):
            for among in (None, some, some[:0]):
                distances, ids = index.search(queries, k, among=among)
                self.assertEqual(distances.dtype, np.int32)
                self.assertEqual(ids.dtype, index.ids.dtype)
                no_id = "" if ids.dtype.kind == "U" else -1
                for i, query in enumerate(queries):
                    ranking = oracle.ranking(query, among)
                    best = [hit for hit in ranking if hit[0] <= radius][:k]
                    best += [(FAR, no_id)] * (k - len(best))
                    found = pairs(distances[i], ids[i])
                    self.assertEqual(found, best)

    def test_a_hash_table_is_asked_once_however_few_answers(self):
        index = HammingIndex(48, "hash")
        index.add(tied_codes(np.random.default_rng(0), 300, 48))
        queries = tied_codes(np.random.default_rng(1), 9, 48)
        with mock.patch.object(
            HashTable, "within", autospec=True, side_effect=HashTable.within
        ) as within:
            index.search(queries, 200)
        self.assertEqual(within.call_count, 1)

    def test_within_a_radius(self):
        for kind in ("flat", "auto", "hash", "hnsw", "ivf"):
            for bits in BITS:
                index, oracle = build(bits, ids_of(bits), kind)
                radii = {0, 1, 2} if kind == "hash" else {0, 2, bits // 2, bits}
                for radius in radii:
                    with self.subTest(kind=kind, bits=bits, radius=radius):
                        self.check_within(index, oracle, radius)

    def check_within(
        self, index: HammingIndex, oracle: Oracle, radius: int
    ) -> None:
        queries = tied_codes(np.random.default_rng(1), 6, index.bits)
        for among in (None, index.ids[::3], index.ids[:0]):
            limits, distances, ids = index.range_search(
                queries, radius, among=among
            )
            self.assertEqual(limits.tolist()[-1], len(ids))
            for i, query in enumerate(queries):
                here = slice(limits[i], limits[i + 1])
                found = pairs(distances[here], ids[here])
                ranking = oracle.ranking(query, among)
                near = [hit for hit in ranking if hit[0] <= radius]
                self.assertEqual(found, near)

    def test_without_faiss_answers_are_the_same(self):
        with mock.patch.dict("sys.modules", faiss=None):
            for bits in BITS:
                with self.subTest(bits=bits):
                    index, oracle = build(bits, ids_of(bits), "auto")
                    self.check_nearest(index, oracle, FAR)
                    self.check_within(index, oracle, 2)

    def test_a_linear_index_answers_alike(self):
        for bits in BITS:
            index, _ = build(bits, ids_of(bits), "flat")
            linear = LinearIndex(bits)
            linear.add(index.codes_of(index.ids[::-1]), index.ids[::-1])
            queries = tied_codes(np.random.default_rng(1), 20, bits)
            for method, number in (("search", 30), ("range_search", 3)):
                for among in (None, index.ids[1::2]):
                    with self.subTest(bits=bits, method=method):
                        results = (
                            getattr(one, method)(queries, number, among=among)
                            for one in (index, linear)
                        )
                        for ours, theirs in zip(*results, strict=True):
                            self.assertEqual(ours.dtype, theirs.dtype)
                            np.testing.assert_array_equal(ours, theirs)

    def test_many_ids_of_one_code_and_many_codes_at_one_distance(self):
        # Code 0 has ids 0, 8, 16 …; each other code lies at distance 1.
        packed = np.resize([0, 1, 2, 4, 8, 16, 32, 64], (1600, 1))
        index = HammingIndex(8)
        index.add(packed.astype(np.uint8))
        distances, ids = index.search(np.zeros((1, 1), np.uint8), 300)
        others = [number for number in range(1600) if number % 8]
        self.assertEqual(ids[0].tolist(), [*range(0, 1600, 8), *others[:100]])
        self.assertEqual(distances[0].tolist(), [0] * 200 + [1] * 100)

    def test_more_queries_than_one_block(self):
        packed = tied_codes(np.random.default_rng(0), 400, 12)
        index, linear = HammingIndex(12), LinearIndex(12)
        for one in (index, linear):
            one.add(packed)
        queries = np.tile(packed, (100, 1))
        _, expected = linear.search(packed, 3)
        _, ids = index.search(queries, 3)
        np.testing.assert_array_equal(ids, np.tile(expected, (100, 1)))
        limits, _, ids = index.range_search(queries, 0)
        part = limits[400]
        self.assertEqual(limits[-1], 100 * part)
        np.testing.assert_array_equal(ids[:part], ids[-part:])

    def test_threads_search_while_one_makes_changes(self):
        packed = tied_codes(np.random.default_rng(0), 3000, 48)
        for kind in ("flat", "hash", "hnsw"):
            index = HammingIndex(48, kind)
            index.add(packed[:1000])
            done = threading.Event()

            def search(index: HammingIndex, done: threading.Event) -> None:
                while not done.is_set():
                    distances, ids = index.search(packed[:1], 50)
                    distances, ids = distances[ids >= 0], ids[ids >= 0]
                    # Each answer follows from one state of the index.
                    true = codes.hamming_distance(packed[ids], packed[0])
                    np.testing.assert_array_equal(distances, true)

            with (
                self.subTest(kind=kind),
                concurrent.futures.ThreadPoolExecutor(3) as pool,
            ):
                running = [pool.submit(search, index, done) for _ in range(3)]
                for start in range(1000, 3000, 200):
                    ids = np.arange(start, start + 200)
                    index.add(packed[ids], ids)
                    index.remove(ids[::3])
                done.set()
                for future in running:
                    future.result()

    def test_random_updates(self):
        for kind in ("flat", "hnsw"):
            with self.subTest(kind=kind):
                self.check_updates(kind)

    def check_updates(self, kind: str) -> None:
        rng = np.random.default_rng(0)
        index, oracle = HammingIndex(12, kind), Oracle()
        for step in range(60):
            ids = np.unique(rng.integers(0, 200, rng.integers(0, 30)))
            packed = tied_codes(rng, len(ids), 12, centres=3)
            if step % 3 == 2:
                present = [i for i in ids.tolist() if i in oracle.codes]
                self.assertEqual(index.remove(ids), len(present))
                for id_ in present:
                    del oracle.codes[id_]
            else:
                index.add(packed, ids, replace=True)
                oracle.codes.update(zip(ids.tolist(), packed, strict=True))
            self.assertEqual(index.ids.tolist(), sorted(oracle.codes))
            stacked = np.array([oracle.codes[i] for i in sorted(oracle.codes)])
            if not len(stacked):
                continue
            np.testing.assert_array_equal(index.codes_of(index.ids), stacked)
            expected = np.unique(stacked, axis=0, return_counts=True)
            order = np.lexsort(index.buckets()[0].T[::-1])
            for ours, theirs in zip(index.buckets(), expected, strict=True):
                np.testing.assert_array_equal(ours[order], theirs)
            self.assertEqual(index.distinct_count, len(expected[0]))
            _, distances, ids = index.range_search(stacked[:1], 12)
            ranking = oracle.ranking(stacked[0])
            self.assertEqual(pairs(distances, ids), ranking)


if __name__ == "__main__":
    unittest.main()
