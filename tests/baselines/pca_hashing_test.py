import unittest

import numpy as np

from tf_dnnh.baselines import PCAHashing
from tf_dnnh.codes import unpack


class PCAHashingTest(unittest.TestCase):
    def test_bits_are_signs_along_the_axes_of_largest_variance(self) -> None:
        rng = np.random.default_rng(0)
        # A box along the coordinate axes, longest in axis 2, then 0, then 1.
        x = rng.uniform(-1, 1, [4000, 3]) * [3, 1, 9] + [50, 60, 70]
        bits = unpack(PCAHashing(2).fit(x).encode(x), 2)
        inside = np.abs(x - x.mean(axis=0)) > [0.2, 0, 0.5]
        clear = inside.all(axis=1)
        np.testing.assert_array_equal(
            bits[clear, 0], x[clear, 2] > x[:, 2].mean()
        )
        np.testing.assert_array_equal(
            bits[clear, 1], x[clear, 0] > x[:, 0].mean()
        )

    def test_more_bits_than_directions_are_refused(self) -> None:
        x = np.random.default_rng(0).normal(size=[50, 6])
        x[:, 3] = 5.0
        x[:, 4] = x[:, 0] + x[:, 1]
        PCAHashing(4).fit(x)
        with self.assertRaisesRegex(ValueError, "bits=5, directions=4"):
            PCAHashing(5).fit(x)


if __name__ == "__main__":
    unittest.main()
