"""Tests of class codes in a batch."""

import unittest

import numpy as np

from tf_dnnh.losses import batch_triplet_loss
from tf_dnnh.losses.class_members import with_class_codes


class WithClassCodesTest(unittest.TestCase):
    def test_single_label_by_hand(self):
        # One image of class 0 at (.5, 0); the codes are (1, 0) and (0, 1).
        codes, labels = with_class_codes(
            np.float32([[0.5, 0.0]]), np.array([0.0]), np.eye(2)
        )
        # Anchors: the image, .25 from its code and 1.25 from the other; its
        # code, .25 from the image and 2 from the other code. The other code
        # has no positive.
        loss, statistics = batch_triplet_loss(codes, labels, margin=1.5)
        self.assertEqual(float(statistics["triplets"]), 2)
        self.assertAlmostEqual(float(loss), (0.5 + 0.0) / 2, places=6)

    def test_several_labels_are_similar_to_several_codes(self):
        codes, labels = with_class_codes(
            np.float32([[0.5, 0.0, 0.0]]),
            np.array([[1, 0, 1]], np.float32),
            np.eye(3),
            copies=2,
        )
        self.assertEqual(
            labels.numpy().tolist(),
            [[1, 0, 1], *np.eye(3).tolist(), *np.eye(3).tolist()],
        )
        self.assertEqual(codes.shape, (7, 3))
        np.testing.assert_array_equal(codes[4:], np.eye(3))
        # The image: 4 positives, 2 negatives; both copies of codes 0 and 2:
        # 2 positives, 4 negatives; of code 1: 1 positive, 5 negatives.
        _, statistics = batch_triplet_loss(codes, labels)
        self.assertEqual(float(statistics["triplets"]), 8 + 4 * 8 + 2 * 5)

    def test_dtypes_are_kept(self):
        codes, labels = with_class_codes(
            np.float16([[0.5, 0.0]]), np.array([1], np.int64), np.eye(2)
        )
        self.assertEqual((codes.dtype, labels.dtype), ("float16", "int64"))


if __name__ == "__main__":
    unittest.main()
