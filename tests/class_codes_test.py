"""Tests of the constant codes of classes."""

import unittest

import numpy as np

from tf_dnnh.class_codes import class_codes


def smallest_gap(codes: np.ndarray) -> int:
    distances = (codes[:, None] != codes[None]).sum(axis=2)
    return int(distances[~np.eye(len(codes), dtype=bool)].min())


class ClassCodesTest(unittest.TestCase):
    def test_are_binary_and_far_apart(self):
        # Random codes of 48 bits are 24 apart on average, the two nearest of
        # ten about 16; no ten codes can all be more than 26 apart.
        for classes, bits, least in ((10, 12, 5), (10, 48, 22), (81, 48, 17)):
            with self.subTest(classes=classes, bits=bits):
                codes = class_codes(classes, bits)
                self.assertEqual(codes.shape, (classes, bits))
                self.assertEqual(codes.dtype, np.float32)
                self.assertEqual(set(codes.ravel().tolist()), {0.0, 1.0})
                self.assertGreaterEqual(smallest_gap(codes), least)

    def test_two_classes_get_opposite_codes(self):
        self.assertEqual(smallest_gap(class_codes(2, 4)), 4)

    def test_more_classes_than_codes_share_some(self):
        self.assertEqual(class_codes(5, 2).shape, (5, 2))
        self.assertEqual(class_codes(1, 3).shape, (1, 3))

    def test_the_seed_decides(self):
        first, again, other = (class_codes(10, 48, seed) for seed in (1, 1, 2))
        np.testing.assert_array_equal(first, again)
        self.assertFalse(np.array_equal(first, other))


if __name__ == "__main__":
    unittest.main()
