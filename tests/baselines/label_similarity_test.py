import unittest

import numpy as np

from tests.baselines.samples import one_hot
from tf_dnnh.baselines import LabelSimilarity
from tf_dnnh.metrics import relevance


class LabelSimilarityTest(unittest.TestCase):
    def setUp(self) -> None:
        rng = np.random.default_rng(0)
        self.cases = {
            "numbers": rng.integers(0, 5, 40) * 3,
            "sets": rng.integers(0, 2, [40, 6]).astype(np.uint8),
        }
        self.cases["sets"][7] = 0  # Similar to nothing, itself included.

    def test_products_equal_those_with_the_whole_matrix(self) -> None:
        rng = np.random.default_rng(1)
        for name, labels in self.cases.items():
            similarity = LabelSimilarity(labels)
            whole = np.where(relevance(labels, labels), 1.0, -1.0)
            for shape in ([40], [40, 3]):
                with self.subTest(name, shape=shape):
                    values = rng.normal(size=shape)
                    np.testing.assert_allclose(
                        similarity.times(values), whole @ values
                    )
            first, second = rng.integers(40, size=[2, 100])
            np.testing.assert_array_equal(
                similarity.of_pairs(first, second), whole[first, second]
            )

    def test_numbers_and_columns_are_the_same(self) -> None:
        labels = self.cases["numbers"]
        values = np.arange(40.0)
        np.testing.assert_array_equal(
            LabelSimilarity(labels).times(values),
            LabelSimilarity(one_hot(labels)).times(values),
        )

    def test_half_of_the_drawn_pairs_are_similar(self) -> None:
        for name, labels in self.cases.items():
            with self.subTest(name):
                rng = np.random.default_rng(2)
                first, second, similar = LabelSimilarity(labels).draw_pairs(
                    500, rng
                )
                self.assertEqual(similar.sum(), 250)
                self.assertFalse((first == second).any())
                np.testing.assert_array_equal(
                    similar, relevance(labels, labels)[first, second]
                )

    def test_labels_that_say_nothing_are_refused(self) -> None:
        for labels in (np.zeros(9, int), np.arange(9)):
            with self.assertRaisesRegex(ValueError, "some pairs similar"):
                LabelSimilarity(labels).draw_pairs(10, np.random.default_rng(0))


if __name__ == "__main__":
    unittest.main()
