import unittest

import numpy as np

from tests.baselines.samples import blobs, one_hot
from tf_dnnh.baselines import PredictedClass
from tf_dnnh.codes import unpack


class PredictedClassTest(unittest.TestCase):
    def test_the_code_is_the_number_of_the_class(self) -> None:
        x, labels = blobs(120, classes=5, spread=0.1)
        codes = PredictedClass(3).fit(x, 10 * labels).encode(x)
        numbers = unpack(codes, 3) @ [4, 2, 1]
        np.testing.assert_array_equal(numbers, labels)

    def test_bits_that_are_not_needed_stay_zero(self) -> None:
        x, labels = blobs(120, classes=4, spread=0.1)
        bits = unpack(PredictedClass(12).fit(x, labels).encode(x), 12)
        self.assertFalse(bits[:, 2:].any())

    def test_too_few_bits_and_several_labels_are_refused(self) -> None:
        x, labels = blobs(120, classes=5)
        with self.assertRaisesRegex(ValueError, "at least 3 for 5 classes"):
            PredictedClass(2).fit(x, labels)
        with self.assertRaisesRegex(ValueError, "must be class numbers"):
            PredictedClass(8).fit(x, one_hot(labels))


if __name__ == "__main__":
    unittest.main()
