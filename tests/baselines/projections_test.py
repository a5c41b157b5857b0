import unittest

import numpy as np

from tf_dnnh.baselines.projections import (
    principal_axes,
    quantization_rotation,
    random_rotation,
    signs,
)


class ProjectionsTest(unittest.TestCase):
    def test_axes_are_those_of_the_singular_value_decomposition(self) -> None:
        x = np.random.default_rng(0).normal(size=[60, 7]) * np.arange(1, 8)
        x -= x.mean(axis=0)
        axes = principal_axes(x, 4)
        np.testing.assert_allclose(axes.T @ axes, np.eye(4), atol=1e-12)
        rows = np.linalg.svd(x)[2][:4]
        np.testing.assert_allclose(np.abs(rows @ axes), np.eye(4), atol=1e-10)
        largest = np.abs(axes).argmax(axis=0)
        self.assertTrue((axes[largest, range(4)] > 0).all())

    def test_rotations_have_orthonormal_rows_in_all_directions(self) -> None:
        rng = np.random.default_rng(0)
        mean = np.zeros([2, 3])
        for _ in range(2000):
            rotation = random_rotation(2, 3, rng)
            np.testing.assert_allclose(
                rotation @ rotation.T, np.eye(2), atol=1e-12
            )
            mean += rotation / 2000
        # Five standard deviations of the mean of 2,000 values of variance 1/3.
        self.assertLess(np.abs(mean).max(), 5 * np.sqrt(1 / 3 / 2000))

    def test_every_iteration_lowers_the_loss(self) -> None:
        rng = np.random.default_rng(1)
        for rows, columns in ((5, 5), (3, 8)):
            v = rng.normal(size=[200, rows]) * np.linspace(3, 1, rows)
            rotation = random_rotation(rows, columns, rng)
            before = np.inf
            for _ in range(12):
                projected = v @ rotation
                loss = np.square(signs(projected) - projected).sum()
                self.assertLessEqual(loss, before + 1e-9)
                before = loss
                rotation = quantization_rotation(v, rotation, 1)
            np.testing.assert_allclose(
                rotation @ rotation.T, np.eye(rows), atol=1e-12
            )

    def test_no_iteration_leaves_the_start(self) -> None:
        start = np.eye(2)
        np.testing.assert_array_equal(
            quantization_rotation(np.ones([3, 2]), start, 0), start
        )


if __name__ == "__main__":
    unittest.main()
