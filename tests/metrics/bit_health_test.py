"""Tests of balance, entropy, correlation and collapse of bits."""

import unittest

import numpy as np

from tf_dnnh import codes
from tf_dnnh.metrics.bit_health import bit_health, strongest_pair


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

    def grade(self, bits) -> tuple[str, list[str]]:
        health = bit_health(codes.pack(bits), bits=bits.shape[1])
        return health["grade"], health["reasons"]

    def test_independent_bits_are_healthy(self):
        bits = np.random.default_rng(2).integers(0, 2, (2000, 8))
        self.assertEqual(self.grade(bits), ("healthy", []))

    def test_a_constant_bit_is_weak(self):
        bits = np.random.default_rng(2).integers(0, 2, (2000, 20))
        bits[:, 3] = 1
        self.assertEqual(
            self.grade(bits), ("weak", ["1 of 20 bits is constant: 4."])
        )
        bits[:, 3:17] = 0
        (reason,) = self.grade(bits)[1]
        self.assertTrue(reason.startswith("14 of 20 bits are constant: 4, 5,"))
        self.assertTrue(reason.endswith("15 and 2 more."), reason)

    def test_bits_that_repeat_each_other_are_weak(self):
        bits = np.random.default_rng(2).integers(0, 2, (2000, 8))
        # Opposites but for 3 of 2,000 images: a correlation of 1 - 2 x 0.0015.
        bits[:, 6] = 1 - bits[:, 1]
        bits[:3, 6] = bits[:3, 1]
        grade, (reason,) = self.grade(bits)
        self.assertEqual(grade, "weak")
        self.assertEqual(
            reason,
            "Bits 2 and 7 repeat each other (correlation −0.997).",
        )
        bits[:, 7] = bits[:, 1]
        (reason,) = self.grade(bits)[1]
        # Bits 2 and 8 are equal, and both are the opposite of 7.
        self.assertIn("3 pairs of bits", reason)
        self.assertIn("bits 2 and 8 (+1.000)", reason)

    def test_a_correlation_at_the_threshold_is_healthy(self):
        bits = np.random.default_rng(2).integers(0, 2, (2000, 8))
        bits[:, 6] = bits[:, 1]
        bits[:60, 6] = 1 - bits[:60, 1]  # 1 - 2 x 0.03.
        self.assertEqual(self.grade(bits)[0], "healthy")

    def test_collapsed_codes_say_so_first(self):
        grade, reasons = self.grade(np.ones((30, 4), int))
        self.assertEqual(grade, "collapsed")
        self.assertEqual(reasons[0], "All codes are the same.")
        nearly = np.ones((1000, 4), int)
        nearly[0] = 0
        grade, reasons = self.grade(nearly)
        self.assertEqual(grade, "collapsed")
        # -(0.001 log2 0.001 + 0.999 log2 0.999) = 0.0114.
        self.assertIn("their mean entropy is 0.011 bit", reasons[0])

    def test_strongest_pair_counts_from_one_and_keeps_the_sign(self):
        correlation = np.array([[0, 0.3, -0.8], [0.3, 0, 0.1], [-0.8, 0.1, 0]])
        self.assertEqual(strongest_pair(correlation), (1, 3, -0.8))

    def test_no_pair_where_nothing_varies(self):
        self.assertIsNone(strongest_pair(np.zeros((3, 3))))


if __name__ == "__main__":
    unittest.main()
