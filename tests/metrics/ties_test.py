"""Tests of harmonic differences and of the distribution of hits in a tie."""

import fractions
import math
import unittest

import numpy as np

from tf_dnnh.metrics.ties import harmonic_difference, hit_probabilities


def exact_difference(start: int, stop: int) -> fractions.Fraction:
    return sum(
        (fractions.Fraction(1, k) for k in range(start + 1, stop + 1)),
        fractions.Fraction(0),
    )


class HarmonicDifferenceTest(unittest.TestCase):
    def test_equals_exact_sums(self):
        for start in (0, 1, 5, 63, 64, 65, 200, 5000, 10**6, 10**9):
            for length in (0, 1, 2, 7, 63, 64, 300):
                wanted = float(exact_difference(start, start + length))
                with self.subTest(start=start, length=length):
                    np.testing.assert_allclose(
                        harmonic_difference(start, start + length),
                        wanted,
                        rtol=2e-14,
                    )

    def test_a_long_sum(self):
        wanted = math.fsum(1 / k for k in range(1, 10**6 + 1))
        self.assertAlmostEqual(
            float(harmonic_difference(0, 10**6)), wanted, places=13
        )


def one_urn(items: int, relevant: int, taken: int):
    urn = (np.array([[n]]) for n in (items, relevant, taken))
    hits, probabilities = hit_probabilities(*urn)
    return hits[0], probabilities[0]


class HitProbabilitiesTest(unittest.TestCase):
    def test_equals_binomial_coefficients(self):
        for items, relevant, taken in (
            (5, 2, 3),
            (5, 5, 3),
            (5, 0, 3),
            (9, 7, 8),
            (300, 100, 150),
        ):
            hits, probabilities = one_urn(items, relevant, taken)
            wanted = [
                math.comb(relevant, int(h))
                * math.comb(items - relevant, taken - int(h))
                / math.comb(items, taken)
                for h in hits
            ]
            with self.subTest(items=items, relevant=relevant, taken=taken):
                np.testing.assert_allclose(
                    probabilities, wanted, rtol=1e-10, atol=1e-300
                )
                self.assertAlmostEqual(sum(wanted), 1, places=12)

    def test_a_large_tie(self):
        hits, probabilities = one_urn(10**6, 10**5, 5000)
        # Mean of the hypergeometric distribution: 5000 * 10^5 / 10^6.
        self.assertAlmostEqual(probabilities @ hits, 500, places=8)

    def test_what_is_left_out_is_unlikely(self):
        rng = np.random.default_rng(0)
        items = rng.integers(1, 5000, (300, 1))
        relevant, taken = (rng.integers(0, items + 1) for _ in range(2))
        urns = items, relevant, taken
        hits, probabilities = hit_probabilities(*urns)
        some, weights = hit_probabilities(*urns, likely=True)
        self.assertLess(some.shape[1], hits.shape[1] / 3)
        for power in (-1, 1, 2):
            wanted = (probabilities * (hits + 1) ** power).sum(axis=1)
            value = (weights * (some + 1) ** power).sum(axis=1)
            np.testing.assert_allclose(value, wanted, rtol=1e-11)

    def test_urns_beside_each_other(self):
        urns = np.array([[9, 7, 8], [30, 10, 15], [5, 0, 3], [4, 4, 1]])
        hits, probabilities = hit_probabilities(*urns.T[:, :, None])
        self.assertEqual(hits.shape, (4, 11))
        for row, urn in enumerate(urns.tolist()):
            alone, wanted = one_urn(*urn)
            count = len(alone)
            np.testing.assert_array_equal(hits[row, :count], alone)
            np.testing.assert_array_equal(hits[row, count:], alone[-1])
            np.testing.assert_allclose(probabilities[row, :count], wanted)
            self.assertFalse(probabilities[row, count:].any())


if __name__ == "__main__":
    unittest.main()
