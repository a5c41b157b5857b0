"""Balance, entropy, correlation and collapse of bits."""

import unittest

import numpy as np

from tf_dnnh import codes
from tf_dnnh.metrics.bit_health import bit_health


class BitHealthTest(unittest.TestCase):
    def test_by_hand(self):
        # Bit 0 half ones, bit 1 its opposite, bit 2 one in four, bit 3 none.
        bits = np.array([
            [1, 0, 1, 0],
            [1, 0, 0, 0],
            [0, 1, 0, 0],
            [0, 1, 0, 0],
        ])  # fmt: skip
        health = bit_health(codes.pack(bits), bits=4)
        self.assertEqual(health["balance"], [0.5, 0.5, 0.25, 0])
        # -(1/4 log2 1/4 + 3/4 log2 3/4) = 0.811278.
        quarter = 2 - 0.75 * np.log2(3)
        self.assertAlmostEqual(health["mean_entropy"], (2 + quarter) / 4)
        self.assertAlmostEqual(health["max_abs_correlation"], 1)
        self.assertEqual(health["distinct_codes"], 3)
        self.assertIs(health["collapsed"], False)
        self.assertIsNone(health["in_band"])

    def test_correlation_equals_numpys(self):
        rng = np.random.default_rng(0)
        # Past the block length, so that several blocks are added up.
        bits = rng.integers(0, 2, (40_000, 9))
        bits[:, 3] &= bits[:, 5]
        wanted = np.abs(np.corrcoef(bits.T) - np.eye(9)).max()
        health = bit_health(codes.pack(bits), bits=9)
        self.assertAlmostEqual(health["max_abs_correlation"], wanted, places=10)
        np.testing.assert_allclose(health["balance"], bits.mean(axis=0))

    def test_distinct_codes_of_several_words(self):
        rng = np.random.default_rng(1)
        bits = rng.integers(0, 2, (50, 100))
        health = bit_health(codes.pack(np.vstack([bits, bits])), bits=100)
        self.assertEqual(health["distinct_codes"], 50)

    def test_collapse(self):
        same = np.full((30, 2), 0b10100000, np.uint8)
        health = bit_health(same, bits=16)
        self.assertEqual(health["distinct_codes"], 1)
        self.assertEqual(health["mean_entropy"], 0)
        self.assertEqual(health["max_abs_correlation"], 0)
        self.assertIs(health["collapsed"], True)
        # One code in a thousand differs, in one bit: still useless.
        nearly = np.repeat(same, 40, axis=0)
        nearly[0, 0] = 0
        self.assertIs(bit_health(nearly, bits=16)["collapsed"], True)

    def test_share_of_values_inside_the_band(self):
        relaxed = np.array([[0.0, 0.45], [1.0, 0.7]])
        packed = codes.pack(relaxed >= 0.5)
        for epsilon, wanted in ((None, 0.5), (0.1, 0.25), (0.2, 0.5)):
            health = bit_health(packed, 2, relaxed, epsilon)
            self.assertEqual(health["in_band"], wanted)

    def test_refuses_relaxed_values_of_other_codes(self):
        with self.assertRaisesRegex(ValueError, "`relaxed` must have one row"):
            bit_health(np.zeros((3, 1), np.uint8), 8, np.zeros((2, 8)))


if __name__ == "__main__":
    unittest.main()
