"""Tests of what the mean is taken over."""

import unittest

import numpy as np

from tf_dnnh.losses.mining import Mined
from tf_dnnh.losses.reduction import check_choice, divisor


class DivisorTest(unittest.TestCase):
    def test_counts_all_or_active_triplets(self):
        mined = Mined(np.zeros(2), np.float32([1, 2]), np.float32([4, 3]))
        self.assertEqual(float(divisor(mined, "mean")), 7)
        self.assertEqual(float(divisor(mined, "mean_active")), 3)

    def test_is_never_zero(self):
        none = Mined(*np.zeros([3, 2], np.float32))
        for reduction in ("mean", "mean_active"):
            self.assertEqual(float(divisor(none, reduction)), 1)


class CheckChoiceTest(unittest.TestCase):
    def test_names_what_is_allowed(self):
        check_choice("colour", "red", ("red", "blue"))
        with self.assertRaisesRegex(
            ValueError, "`colour` must be one of red, blue. Received: 'green'"
        ):
            check_choice("colour", "green", ("red", "blue"))


if __name__ == "__main__":
    unittest.main()
