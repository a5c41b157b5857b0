"""Tests of codes as points of a plane."""

import unittest

import numpy as np

from tf_dnnh import codes
from trainers.projection import project


def clusters(copies: int) -> np.ndarray:
    random = np.random.default_rng(0)
    centres = np.repeat(random.integers(0, 2, (3, 32)), copies, axis=0)
    flips = random.random(centres.shape) < 0.05
    return codes.pack((centres ^ flips).astype(np.uint8))


class ProjectionTest(unittest.TestCase):
    def test_similar_codes_are_close_together(self):
        points = project(clusters(20), 32)
        self.assertEqual(points.shape, (60, 2))
        self.assertEqual((points.min(), points.max()), (0, 1))
        means = points.reshape(3, 20, 2).mean(axis=1)
        within = np.abs(points.reshape(3, 20, 2) - means[:, None]).mean()
        between = np.abs(means[:, None] - means[None]).sum() / 12
        self.assertLess(3 * within, between)

    def test_equal_codes_do_not_cover_one_another(self):
        packed = np.repeat(clusters(5), 3, axis=0)
        points = project(packed, 32)
        self.assertEqual(len(np.unique(points, axis=0)), len(packed))

    def test_is_repeatable(self):
        packed = clusters(8)
        np.testing.assert_array_equal(project(packed, 32), project(packed, 32))

    def test_collapsed_codes_make_no_picture(self):
        self.assertIsNone(project(np.zeros((50, 4), np.uint8), 32))


if __name__ == "__main__":
    unittest.main()
