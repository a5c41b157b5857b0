"""Tests of the analysis of classes, on codes worked out by hand."""

import unittest

import numpy as np

from trainers.report.classes import class_report, nearest_classes

# Codes of 8 bits; cats near 0, dogs near 255, and a dog among the cats.
DATABASE = np.array([[0], [1], [255], [254], [0]], np.uint8)
LABELS = np.array([0, 0, 1, 1, 1])
ARRAYS = {
    "query_codes": np.array([[0], [255]], np.uint8),
    "query_labels": np.array([0, 1]),
    "database_codes": DATABASE,
    "database_labels": LABELS,
    "class_names": np.array(["cat", "dog"]),
}


class ClassesTest(unittest.TestCase):
    def test_map_per_class(self):
        report = class_report(ARRAYS, 8)
        self.assertEqual(report.names, ["cat", "dog"])
        # The cat at distance 0 ties with a dog: the two orders give
        # (1 + 2/3) / 2 and (1/2 + 2/3) / 2.
        cat = ((1 + 2 / 3) / 2 + (1 / 2 + 2 / 3) / 2) / 2
        # Dogs at ranks 1, 2 and, at distance 8, a tie of ranks 4 and 5.
        dog = (1 + 1 + (3 / 4 + 3 / 5) / 2) / 3
        np.testing.assert_allclose(report.scores, [cat, dog])

    def test_distances_within_and_between(self):
        report = class_report(ARRAYS, 8)
        self.assertEqual(report.within.tolist(), [2, 2, 0, 0, 0, 0, 0, 0, 1])
        self.assertEqual(report.between.tolist(), [1, 0, 0, 0, 0, 0, 0, 2, 2])
        self.assertEqual(report.within.sum() + report.between.sum(), 10)

    def test_ties_of_the_nearest(self):
        self.assertEqual(class_report(ARRAYS, 8).tied, (2 + 1) / 2)

    def test_confusion_is_a_mean_over_orders_of_ties(self):
        shares = nearest_classes(
            ARRAYS["query_codes"], DATABASE, LABELS, 8, [0, 1]
        )
        # All five images are among the first hundred.
        np.testing.assert_allclose(shares, [[0.4, 0.6], [0.4, 0.6]])

    def test_confusion_of_the_first_hundred(self):
        codes = np.repeat(np.array([[0], [3], [255]], np.uint8), 80, axis=0)
        labels = np.repeat([0, 1, 1], 80)
        shares = nearest_classes(codes[:1], codes, labels, 8, [0, 1])
        np.testing.assert_allclose(shares, [[0.8, 0.2]])

    def test_most_confused(self):
        report = class_report(ARRAYS, 8)
        self.assertEqual(
            [pair[:2] for pair in report.confused()],
            [("cat", "dog"), ("dog", "cat")],
        )

    def test_several_labels(self):
        labels = {
            f"{part}_labels": np.eye(2, dtype=np.uint8)[
                ARRAYS[f"{part}_labels"]
            ]
            for part in ("query", "database")
        }
        several = class_report(ARRAYS | labels, 8)
        np.testing.assert_allclose(
            several.scores, class_report(ARRAYS, 8).scores
        )
        self.assertIsNone(several.confusion)

    def test_a_run_without_names(self):
        unnamed = {k: v for k, v in ARRAYS.items() if k != "class_names"}
        self.assertEqual(class_report(unnamed, 8).names, ["0", "1"])


if __name__ == "__main__":
    unittest.main()
