"""Tests of NDCG, whose gain is the number of shared labels."""

import unittest

import numpy as np

from tests.metrics import oracle
from tf_dnnh.metrics.ndcg import ndcg


def packed(*codes: int) -> np.ndarray:
    return np.array(codes, np.uint8)[:, None]


class NdcgTest(unittest.TestCase):
    def test_by_hand(self):
        # Distances 0, 1, 2 with gains 1, 0, 2, discounts 1, 0.6309, 1/2:
        # DCG 1 + 2/2, ideal 2 + 0.6309.
        labels = np.array([[1, 0, 0], [0, 0, 1], [1, 1, 1]])
        value = ndcg(packed(0), packed(0, 1, 3), np.array([[1, 1, 0]]), labels)
        self.assertAlmostEqual(value, 2 / (2 + 1 / np.log2(3)), places=14)

    def test_a_tie_shares_its_discounts(self):
        # Gains 2 and 0 in one tie: 2 * (1 + 0.6309) / 2 over 2.
        labels = np.array([[1, 1], [0, 0]])
        value = ndcg(packed(0), packed(1, 2), labels[:1], labels)
        self.assertAlmostEqual(value, (1 + 1 / np.log2(3)) / 2, places=14)

    def test_a_tie_cut_in_two(self):
        # The first place holds the gain in half of the orders.
        labels = np.array([[1, 1], [0, 0]])
        value = ndcg(packed(0), packed(1, 2), labels[:1], labels, top_n=1)
        self.assertAlmostEqual(value, 0.5, places=14)

    def test_chunks_and_threads_agree(self):
        codes = oracle.random_case(0, 6, 50, bits=8)[:2]
        labels = oracle.random_sets(0, 6, 7), oracle.random_sets(1, 50, 7)
        wanted = ndcg(*codes, *labels)
        for chunk in (1, 7):
            value = ndcg(*codes, *labels, chunk=chunk, threads=3)
            self.assertEqual(value, wanted)

    def test_queries_without_labels(self):
        codes = packed(0), packed(1, 2)
        labels = np.array([[1, 1], [0, 1]])
        both = np.vstack([labels[:1], [[0, 0]]])
        alone = ndcg(*codes, labels[:1], labels)
        case = np.repeat(codes[0], 2, axis=0), codes[1], both, labels
        self.assertAlmostEqual(ndcg(*case), alone / 2, places=14)
        self.assertAlmostEqual(
            ndcg(*case, no_relevant="skip"), alone, places=14
        )

    def test_refuses_a_length_of_nothing(self):
        labels = np.array([[1]])
        with self.assertRaisesRegex(ValueError, "`top_n` must be 1 or more"):
            ndcg(packed(0), packed(0), labels, labels, top_n=0)


if __name__ == "__main__":
    unittest.main()
