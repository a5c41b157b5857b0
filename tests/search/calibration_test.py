"""Tests of calibration with numbers worked out by hand."""

import unittest

import numpy as np

from tf_dnnh.search.calibration import (
    LabelledCodes,
    by_radius,
    calibrate,
    wilson,
)
from tf_dnnh.search.search_error import SearchError


def labelled(codes: list[int], labels: list[str]) -> LabelledCodes:
    """Makes codes of 8 bits with labels."""
    names = sorted(set(labels))
    texts = np.array([names.index(label) for label in labels])
    return LabelledCodes(np.array(codes, np.uint8)[:, None], texts, names)


class ByRadiusTest(unittest.TestCase):
    # Distances 0..3 from two queries: all pictures, and the right ones.
    ITEMS = np.array([[1, 1, 2, 0], [0, 2, 2, 1]])
    RELEVANT = np.array([[1, 0, 1, 0], [0, 2, 0, 0]])

    def test_values_by_hand(self):
        precision, recall, answered = by_radius(self.ITEMS, self.RELEVANT)
        # Right of those within: 1/1, 1/2, 2/4, 2/4 and -, 2/2, 2/4, 2/5.
        np.testing.assert_allclose(precision, [1, 0.75, 0.5, 0.45])
        # Of two right ones each: 1/2, 1/2, 1, 1 and 0, 1, 1, 1.
        np.testing.assert_allclose(recall, [0.25, 0.75, 1, 1])
        self.assertEqual(answered.tolist(), [1, 2, 2, 2])

    def test_no_query_answered(self):
        precision, _, answered = by_radius(self.ITEMS[1:], self.RELEVANT[1:])
        self.assertTrue(np.isnan(precision[0]))
        self.assertEqual(answered[0], 0)

    def test_nothing_relevant(self):
        precision, recall, _ = by_radius(self.ITEMS, 0 * self.RELEVANT)
        self.assertEqual(precision.tolist(), [0, 0, 0, 0])
        self.assertEqual(recall.tolist(), [0, 0, 0, 0])


class WilsonTest(unittest.TestCase):
    def test_values(self):
        # 9 of 10: centre (0.9 + 3.8415 / 20) / 1.38415 = 0.78899, half width
        # 1.95996 * sqrt(0.009 + 3.8415 / 400) / 1.38415 = 0.19313.
        low, high = wilson(0.9, 10)
        self.assertAlmostEqual(low, 0.5958, 4)
        self.assertAlmostEqual(high, 0.9821, 4)

    def test_stays_within_bounds(self):
        low, high = wilson(1.0, 20)
        # 1 / (1 + 3.8415 / 20)
        self.assertAlmostEqual(low, 0.8389, 4)
        self.assertEqual(high, 1.0)
        self.assertAlmostEqual(wilson(0.0, 20)[0], 0.0)


class CalibrateTest(unittest.TestCase):
    # From a: distances 1 (a), 2 (b); from the other a: 1 (a), 3 (b); from b:
    # 2 and 3 (both a).
    DATABASE = labelled([0b0000, 0b1000, 0b0011], ["a", "a", "b"])

    def test_the_largest_radius_that_reaches_the_target(self):
        found = calibrate(self.DATABASE, self.DATABASE, 8, 0.9, inside=True)
        # At radius 1 both a find each other, and b finds nothing; at 2 the
        # shares are 1/2, 1 and 0.
        self.assertEqual(found["radius"], 1)
        self.assertEqual(found["precision"], 1.0)
        self.assertEqual((found["queries"], found["answered"]), (3, 2))
        self.assertEqual(found["recall"], 1.0)
        self.assertEqual((found["low"], found["high"]), wilson(1.0, 2))

    def test_a_lower_target_gives_a_larger_radius(self):
        found = calibrate(self.DATABASE, self.DATABASE, 8, 0.5, inside=True)
        self.assertEqual(found["radius"], 2)
        self.assertAlmostEqual(found["precision"], 0.5)
        # At radius 8 every query finds both others: 1/2, 1/2 and 0.
        found = calibrate(self.DATABASE, self.DATABASE, 8, 0.3, inside=True)
        self.assertEqual(found["radius"], 8)
        self.assertAlmostEqual(found["precision"], 1 / 3)

    def test_other_queries_may_find_every_picture(self):
        # The a at 0b0000 is at distance 0; within 2 there are two a and a b.
        asked = labelled([0b0000], ["a"])
        found = calibrate(asked, self.DATABASE, 8, 0.9, inside=False)
        self.assertEqual((found["radius"], found["answered"]), (1, 1))
        self.assertEqual(found["recall"], 1.0)

    def test_sharing_one_of_several_labels_is_enough(self):
        database = labelled([0b0, 0b1, 0b11], ["a;b", "b;c", "c"])
        found = calibrate(database, database, 8, 1.0, inside=True)
        self.assertEqual(found["radius"], 1)

    def test_no_radius_reaches_the_target(self):
        database = labelled([0b0, 0b0, 0b1], ["a", "b", "a"])
        with self.assertRaisesRegex(SearchError, "best is 0.333, at radius 1"):
            calibrate(database, database, 8, 0.9, inside=True)

    def test_a_single_picture(self):
        database = labelled([0], ["a"])
        with self.assertRaisesRegex(SearchError, "label more"):
            calibrate(database, database, 8, 0.9, inside=True)


if __name__ == "__main__":
    unittest.main()
