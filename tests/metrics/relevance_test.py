"""Tests of labels as narrow arrays and bit masks, and of relevance."""

import unittest

import numpy as np

from tests.metrics import oracle
from tf_dnnh.metrics.relevance import (
    encode_labels,
    relevance,
    shared_labels,
)


class RelevanceTest(unittest.TestCase):
    def test_single_labels(self):
        value = relevance([3, 300], [300, 3, 0, 300])
        np.testing.assert_array_equal(
            value, [[False, True, False, False], [True, False, False, True]]
        )

    def test_classes_that_share_their_low_byte_differ(self):
        self.assertEqual(relevance([1], [257, 65537]).tolist(), [[False] * 2])

    def test_label_sets_of_one_and_of_several_words(self):
        for classes in (1, 8, 21, 64, 65, 81, 300):
            queries = oracle.random_sets(classes, 9, classes)
            database = oracle.random_sets(classes + 1, 14, classes)
            with self.subTest(classes=classes):
                np.testing.assert_array_equal(
                    shared_labels(
                        encode_labels(queries), encode_labels(database)
                    ),
                    queries.astype(int) @ database.T.astype(int),
                )
                np.testing.assert_array_equal(
                    relevance(queries, database),
                    oracle.relevance(queries, database),
                )

    def test_more_than_255_shared_labels_do_not_wrap(self):
        ones = np.ones((1, 256), bool)
        encoded = encode_labels(ones)
        self.assertEqual(shared_labels(encoded, encoded).tolist(), [[256]])

    def test_an_item_without_labels_is_relevant_to_nobody(self):
        value = relevance([[0, 0], [1, 0]], [[0, 0], [1, 1]])
        self.assertEqual(value.tolist(), [[False, False], [False, True]])

    def test_refuses_what_are_no_labels(self):
        for labels, message in (
            ([0.5, 1.0], "whole numbers.*float64"),
            (["cat", "dog"], "whole numbers"),
            ([0, -1], "0 or more. Received: -1 to 0"),
            ([[0, 2]], "0 or 1. Received: 0 to 2"),
            ([[[0]]], r"shape=\(1, 1, 1\)"),
        ):
            with self.assertRaisesRegex(ValueError, message):
                encode_labels(labels)

    def test_refuses_other_classes(self):
        for queries, database in (
            ([0, 1], [[0, 1]]),
            ([[0, 1]], [[0, 1, 1]]),
        ):
            with self.assertRaisesRegex(ValueError, "of the same classes"):
                relevance(queries, database)


if __name__ == "__main__":
    unittest.main()
