"""Tests of precision and recall by rank and by radius."""

import unittest

import numpy as np

from tests.metrics import oracle
from tf_dnnh.metrics.curves import (
    curves,
    precision_at,
    recall_at,
    within_radius,
)

# Distances 0, 0, 2, 2, 2, 3, relevant the second, third and fourth.
ITEMS = np.array([[2, 0, 3, 1]])
RELEVANT = np.array([[1, 0, 2, 0]])


class RankTest(unittest.TestCase):
    def test_by_hand(self):
        # Expected hits in the first 1..6: 1/2, 1, 1 + 2/3, 1 + 4/3, 3, 3.
        ranks = np.arange(1, 7)
        hits = np.array([1 / 2, 1, 5 / 3, 7 / 3, 3, 3])
        np.testing.assert_allclose(
            precision_at(ITEMS, RELEVANT, ranks), [hits / ranks]
        )
        np.testing.assert_allclose(
            recall_at(ITEMS, RELEVANT, ranks), [hits / 3]
        )

    def test_past_the_end_the_database_is_the_list(self):
        value = precision_at(ITEMS, RELEVANT, [6, 7, 1000])
        np.testing.assert_allclose(value, [[1 / 2] * 3])

    def test_every_order_of_small_rankings(self):
        rng = np.random.default_rng(0)
        for _ in range(20):
            distances = rng.integers(0, 4, 8).tolist()
            relevant = (rng.random(8) < 0.4).tolist()
            ranked = list(oracle.orders(distances, relevant))
            wanted = np.cumsum(ranked, axis=1).mean(axis=0)
            items, hits = oracle.histograms([distances], [relevant], bits=3)
            ranks = np.arange(1, 9)
            np.testing.assert_allclose(
                precision_at(items, hits, ranks)[0], wanted / ranks
            )
            np.testing.assert_allclose(
                recall_at(items, hits, ranks)[0],
                wanted / max(sum(relevant), 1),
            )


class RadiusTest(unittest.TestCase):
    def test_by_hand(self):
        items = np.vstack([ITEMS, [[0, 0, 4, 0]]])
        relevant = np.vstack([RELEVANT, [[0, 0, 0, 0]]])
        precision, recall, empty = within_radius(items, relevant)
        np.testing.assert_allclose(
            precision, [[1 / 2, 1 / 2, 3 / 5, 1 / 2], [0, 0, 0, 0]]
        )
        np.testing.assert_allclose(recall, [[1 / 3, 1 / 3, 1, 1], [0] * 4])
        self.assertEqual(
            empty.tolist(), [[False] * 4, [True, True, False, False]]
        )


class CurvesTest(unittest.TestCase):
    def test_rows_are_the_means_over_the_queries(self):
        rng = np.random.default_rng(1)
        items = rng.integers(0, 40, (5, 13))
        items[:, 0] += 600 - items.sum(axis=1)
        relevant = rng.binomial(items, 0.2)
        rows = curves(items, relevant)
        lines = {}
        for name, x, y in rows:
            self.assertIsInstance(x, float)
            self.assertIsInstance(y, float)
            lines.setdefault(name, []).append((x, y))
        self.assertEqual(
            list(lines),
            ["precision_recall", "precision_at_n", "recall_at_n",
             "precision_at_radius"],
        )  # fmt: skip
        ranks = np.array([x for x, _ in lines["precision_at_n"]])
        self.assertEqual((ranks[0], ranks[-1]), (1, 600))
        self.assertLessEqual(len(ranks), 100)
        np.testing.assert_allclose(
            [y for _, y in lines["precision_at_n"]],
            precision_at(items, relevant, ranks).mean(axis=0),
        )
        recall = [y for _, y in lines["recall_at_n"]]
        self.assertAlmostEqual(recall[-1], 1)
        self.assertEqual([x for x, _ in lines["precision_recall"]], recall)
        self.assertEqual(
            [x for x, _ in lines["precision_at_radius"]], list(range(13))
        )
        for line in lines.values():
            self.assertEqual(line, sorted(line, key=lambda point: point[0]))


if __name__ == "__main__":
    unittest.main()
