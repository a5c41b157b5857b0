"""Tests of distances and similarity within a batch."""

import unittest

import numpy as np
import tensorflow as tf

from tests import testing
from tf_dnnh.losses.pairs import similarity_masks, squared_distances


def direct(codes: np.ndarray) -> np.ndarray:
    """Computes the distances in float64 from differences of codes."""
    codes = np.asarray(codes, np.float64)
    return np.square(codes[:, None] - codes[None]).sum(axis=-1)


class SquaredDistancesTest(unittest.TestCase):
    def test_equals_the_direct_sum(self):
        rng = np.random.default_rng(0)
        codes = rng.random([20, 48]).astype(np.float32)
        distances = squared_distances(codes)
        self.assertEqual(distances.dtype, tf.float32)
        np.testing.assert_allclose(distances, direct(codes), atol=1e-5)

    def test_of_binary_codes_is_the_exact_hamming_distance(self):
        codes = np.random.default_rng(0).integers(0, 2, [30, 64])
        expected = (codes[:, None] != codes[None]).sum(axis=-1)
        np.testing.assert_array_equal(squared_distances(codes), expected)

    def test_is_never_negative_even_for_equal_codes(self):
        for value in (0.1, 0.7, 0.9999):
            codes = np.full([16, 48], value, np.float32)
            distances = squared_distances(codes).numpy()
            self.assertGreaterEqual(distances.min(), 0)
            self.assertLess(distances.max(), 1e-5)

    def test_of_close_codes_keeps_its_digits(self):
        rng = np.random.default_rng(0)
        codes = (0.5 + 1e-3 * rng.normal(size=[10, 48])).astype(np.float32)
        np.testing.assert_allclose(
            squared_distances(codes), direct(codes), rtol=1e-5, atol=1e-11
        )

    def test_half_precision_codes_are_computed_in_float32(self):
        codes = np.random.default_rng(0).random([10, 48]).astype(np.float16)
        distances = squared_distances(tf.constant(codes))
        self.assertEqual(distances.dtype, tf.float32)
        np.testing.assert_allclose(distances, direct(codes), atol=1e-5)

    def test_gradient(self):
        rng = np.random.default_rng(0)
        codes = rng.random([4, 3]).astype(np.float32)
        weights = rng.normal(size=[4, 4]).astype(np.float32)
        # d/dx_i sum_jk w_jk |x_j - x_k|^2 = 2 sum_k (w_ik + w_ki)(x_i - x_k)
        both = weights + weights.T
        expected = 2 * (both.sum(axis=1)[:, None] * codes - both @ codes)
        slope = testing.gradient(
            lambda x: tf.reduce_sum(weights * squared_distances(x)), codes
        )
        np.testing.assert_allclose(slope, expected, atol=1e-5)

    def test_gradient_of_equal_codes_is_finite(self):
        slope = testing.gradient(
            lambda x: tf.reduce_sum(squared_distances(x)), np.full([3, 2], 0.3)
        )
        np.testing.assert_allclose(slope, np.zeros([3, 2]), atol=1e-6)


class SimilarityMasksTest(unittest.TestCase):
    def test_single_labels_by_hand(self):
        positives, negatives = similarity_masks(np.array([5, 9, 5]))
        self.assertEqual(
            positives.numpy().tolist(),
            [[False, False, True], [False, False, False], [True, False, False]],
        )
        self.assertEqual(
            negatives.numpy().tolist(),
            [[False, True, False], [True, False, True], [False, True, False]],
        )

    def test_a_column_is_single_labels(self):
        for one, column in zip(
            similarity_masks(np.array([5, 9, 5])),
            similarity_masks(np.array([[5], [9], [5]])),
            strict=True,
        ):
            np.testing.assert_array_equal(one, column)

    def test_several_labels_are_similar_when_they_share_one(self):
        labels = np.array([[1, 1, 0], [0, 1, 1], [0, 0, 1], [0, 0, 0]])
        shared = np.array(
            [[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 0]], bool
        )
        for dtype in (np.uint8, np.int64, np.float32, bool):
            positives, negatives = similarity_masks(labels.astype(dtype))
            np.testing.assert_array_equal(positives, shared)
            np.testing.assert_array_equal(
                negatives, ~shared & ~np.eye(4, dtype=bool)
            )

    def test_an_image_without_labels_is_not_its_own_negative(self):
        _, negatives = similarity_masks(np.zeros([2, 3]))
        self.assertEqual(
            negatives.numpy().tolist(), [[False, True], [True, False]]
        )

    def test_refuses_other_shapes(self):
        with self.assertRaisesRegex(ValueError, r"shape=\(2, 3, 4\)"):
            similarity_masks(np.zeros([2, 3, 4]))


if __name__ == "__main__":
    unittest.main()
