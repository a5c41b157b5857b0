"""Tests of the queries and neighbours that a report shows."""

import unittest

import numpy as np

from tests.data import toy
from tf_dnnh import codes
from tf_dnnh.data import make_split
from trainers.neighbours import choose_queries, sample_neighbours


class NeighboursTest(unittest.TestCase):
    def setUp(self):
        self.dataset = toy.toy(np.arange(400) % 4)
        self.split = make_split(self.dataset)
        random = np.random.default_rng(0)
        prototypes = random.integers(0, 2, (4, 16))
        self.codes = {}
        for part in ("queries", "database"):
            rows = getattr(self.split, part)
            bits = prototypes[self.dataset.labels[rows]]
            # The first query of each class is coded as its neighbour class.
            if part == "queries":
                wrong = (self.dataset.labels[rows[:4]] + 1) % 4
                bits[:4] = prototypes[wrong]
            self.codes[part] = codes.pack(bits.astype(np.uint8))

    def arguments(self):
        return (self.dataset, self.split, *self.codes.values(), 16)

    def test_the_worst_queries_come_first(self):
        shown, precisions = choose_queries(*self.arguments())
        self.assertEqual(set(shown[:4]), {0, 1, 2, 3})
        self.assertTrue((precisions[:4] < 0.5).all())
        self.assertTrue((precisions[6:] == 1).all())
        self.assertEqual(len(set(shown)), len(shown))

    def test_ties_are_counted_and_shown_in_random_order(self):
        arrays = sample_neighbours(*self.arguments())
        members = np.bincount(self.dataset.labels[self.split.database])
        self.assertIn(arrays["tied"][0], members)
        self.assertTrue((arrays["neighbour_distance"] == 0).all())
        ids = arrays["neighbour_ids"]
        same = arrays["query_labels"] == arrays["query_labels"][-1]
        rows = [set(row) for row in ids[same][-2:]]
        self.assertNotEqual(*rows)

    def test_names_belong_to_the_pictures(self):
        arrays = sample_neighbours(*self.arguments())
        place = self.dataset.ids.tolist().index(arrays["neighbour_ids"][0, 3])
        np.testing.assert_array_equal(
            arrays["neighbour_images"][0, 3], self.dataset.source.images[place]
        )


if __name__ == "__main__":
    unittest.main()
