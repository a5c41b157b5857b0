"""Tests of the kinds that may miss neighbours, on clustered codes."""

import tempfile
import unittest

import numpy as np

from tests.search.hamming.tied_codes import tied_codes
from tf_dnnh import codes
from tf_dnnh.search import HammingIndex

COUNT = 20_000
K = 10


class ApproximateTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        rng = np.random.default_rng(0)
        options = {"centres": 100, "flips": 0.05}
        cls.packed = tied_codes(rng, COUNT, 48, **options)
        cls.queries = tied_codes(rng, 200, 48, **options)
        cls.indexes = {
            kind: HammingIndex(48, kind) for kind in ("flat", "hnsw", "ivf")
        }
        for index in cls.indexes.values():
            index.add(cls.packed)

    def recall(self, index: HammingIndex, exact: HammingIndex) -> float:
        """Returns the share of neighbours as near as the exact ones."""
        expected, _ = exact.search(self.queries, K)
        distances, _ = index.search(self.queries, K)
        return float(np.mean(distances <= expected[:, -1:]))

    def test_recall(self):
        for kind in ("hnsw", "ivf"):
            with self.subTest(kind=kind):
                index = self.indexes[kind]
                self.assertFalse(index.is_exact)
                recall = self.recall(index, self.indexes["flat"])
                self.assertGreater(recall, 0.98)

    def test_distances_are_true_and_in_order(self):
        for kind in ("hnsw", "ivf"):
            distances, ids = self.indexes[kind].search(self.queries, K)
            true = codes.hamming_distance(
                self.queries[:, None], self.packed[ids]
            )
            with self.subTest(kind=kind):
                np.testing.assert_array_equal(distances, true)
                ranks = distances * np.int64(COUNT) + ids
                self.assertTrue(np.all(np.diff(ranks, axis=1) > 0))

    def test_updates(self):
        for kind in ("hnsw", "ivf"):
            index, exact = HammingIndex(48, kind), HammingIndex(48)
            for one in (index, exact):
                one.add(self.packed[:5000])
                one.search(self.queries, K)
                one.add(self.packed[5000:7000])
                one.search(self.queries, K)
                one.remove(np.arange(0, 7000, 5))
            with self.subTest(kind=kind):
                self.assertGreater(self.recall(index, exact), 0.98)
                _, ids = index.search(self.queries, K)
                self.assertTrue(np.isin(ids, exact.ids).all())

    def test_a_graph_looks_beyond_codes_that_were_removed(self):
        query = self.queries[:1]
        index, exact = HammingIndex(48, "hnsw"), self.indexes["flat"]
        index.add(self.packed[:7000])
        index.search(query, K)
        _, _, near = exact.range_search(query, 12)
        self.assertGreater(index.remove(near), 3 * K)
        _, ids = index.search(query, K)
        self.assertTrue(np.all(ids >= 0))
        self.assertFalse(np.isin(ids, near).any())

    def test_removal_of_most_codes_leaves_enough_neighbours(self):
        for kept in (20, 6000):  # The first makes the graph anew.
            index, exact = HammingIndex(48, "hnsw"), HammingIndex(48)
            for one in (index, exact):
                one.add(self.packed[:7000])
                one.search(self.queries, K)
                one.remove(np.arange(kept, 7000))
            with self.subTest(kept=kept):
                self.assertEqual(len(index), kept)
                self.assertGreater(self.recall(index, exact), 0.98)

    def test_a_saved_one_answers_alike(self):
        for kind in ("hnsw", "ivf"):
            index = self.indexes[kind]
            with self.subTest(kind=kind), tempfile.TemporaryDirectory() as path:
                index.save(path)
                loaded = HammingIndex.load(path)
                for ours, theirs in zip(
                    loaded.search(self.queries, K),
                    index.search(self.queries, K),
                    strict=True,
                ):
                    np.testing.assert_array_equal(ours, theirs)
                loaded.add(self.packed[:10])
                self.assertEqual(len(loaded), COUNT + 10)
                self.assertGreater(self.recall(loaded, index), 0.98)


if __name__ == "__main__":
    unittest.main()
