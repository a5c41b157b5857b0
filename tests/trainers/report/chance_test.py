import unittest

import numpy as np

from trainers.report.chance import chance


class ChanceTest(unittest.TestCase):
    def setUp(self):
        self.random = np.random.default_rng(5)

    def test_single_labels(self):
        queries = self.random.integers(0, 4, 30)
        database = self.random.integers(1, 6, 50)
        expected = np.mean(queries[:, None] == database)
        self.assertAlmostEqual(chance(queries, database), expected, places=12)

    def test_multi_labels(self):
        queries = self.random.integers(0, 2, (30, 5), np.uint8)
        database = self.random.integers(0, 2, (50, 5), np.uint8)
        database[:7] = 0
        shares = [[bool((q & d).any()) for d in database] for q in queries]
        self.assertAlmostEqual(
            chance(queries, database), np.mean(shares), places=12
        )


if __name__ == "__main__":
    unittest.main()
