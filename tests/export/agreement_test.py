"""Tests of the agreement of codes with logits, worked out by hand."""

import unittest

import numpy as np

from export.agreement import compare

# Bits: 10000000 0..., and 11111111 0....
LOGITS = np.array(
    [
        [2.0, -1, -1, -1, -1, -1, -1, -1, -0.5],
        [0.0, 1, 1, 1, 1, 1, 1, 1, -0.00001],
    ],
    np.float32,
)


class CompareTest(unittest.TestCase):
    def test_equal_codes(self) -> None:
        packed = np.array([[0x80, 0], [0xFF, 0]], np.uint8)
        report = compare(packed, LOGITS, rounding=1e-4)
        self.assertEqual(report["images"], 2)
        self.assertEqual(report["equal_bits"], 1.0)
        self.assertEqual(report["equal_codes"], 1.0)
        self.assertEqual(report["flipped_bits"], 0)
        self.assertEqual(report["largest_flipped_margin"], 0.0)
        self.assertEqual(report["equal_bits_beyond_rounding"], 1.0)

    def test_flipped_bits_and_their_margins(self) -> None:
        # Flipped: logits 2.0 and -0.5 of the first image.
        packed = np.array([[0x00, 0x80], [0xFF, 0]], np.uint8)
        report = compare(packed, LOGITS, rounding=1e-4)
        self.assertAlmostEqual(report["equal_bits"], 16 / 18)
        self.assertEqual(report["equal_codes"], 0.5)
        self.assertEqual(report["flipped_bits"], 2)
        self.assertEqual(report["largest_flipped_margin"], 2.0)
        self.assertEqual(report["median_flipped_margin"], 1.25)
        self.assertEqual(report["rounding_flips"], 0)
        self.assertAlmostEqual(report["equal_bits_beyond_rounding"], 16 / 18)

    def test_rounding_is_counted_and_excused(self) -> None:
        # Flipped: logits 0.0 and -0.00001 of the second image.
        packed = np.array([[0x80, 0], [0x7F, 0x80]], np.uint8)
        report = compare(packed, LOGITS, rounding=1e-4)
        self.assertAlmostEqual(report["equal_bits"], 16 / 18)
        self.assertEqual(report["rounding_flips"], 2)
        self.assertEqual(report["equal_bits_beyond_rounding"], 1.0)
        report = compare(packed, LOGITS, rounding=0.0)
        self.assertEqual(report["rounding_flips"], 0)
        self.assertAlmostEqual(report["equal_bits_beyond_rounding"], 16 / 18)


if __name__ == "__main__":
    unittest.main()
