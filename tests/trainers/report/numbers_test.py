import unittest

import numpy as np

from trainers.report import numbers


class ReportNumbersTest(unittest.TestCase):
    def setUp(self):
        self.random = np.random.default_rng(5)

    def test_chance_of_single_labels(self):
        queries = self.random.integers(0, 4, 30)
        database = self.random.integers(1, 6, 50)
        expected = np.mean(queries[:, None] == database)
        self.assertAlmostEqual(
            numbers.chance(queries, database), expected, places=12
        )

    def test_chance_of_multi_labels(self):
        queries = self.random.integers(0, 2, (30, 5), np.uint8)
        database = self.random.integers(0, 2, (50, 5), np.uint8)
        database[:7] = 0
        shares = [[bool((q & d).any()) for d in database] for q in queries]
        self.assertAlmostEqual(
            numbers.chance(queries, database), np.mean(shares), places=12
        )

    def test_strongest_pair_counts_from_one_and_keeps_the_sign(self):
        correlation = np.array([[0, 0.3, -0.8], [0.3, 0, 0.1], [-0.8, 0.1, 0]])
        self.assertEqual(numbers.strongest_pair(correlation), (1, 3, -0.8))

    def test_no_pair_where_nothing_varies(self):
        self.assertIsNone(numbers.strongest_pair(np.zeros((3, 3))))


if __name__ == "__main__":
    unittest.main()
