import unittest

import numpy as np

from tf_dnnh.baselines import SpectralHashing
from tf_dnnh.baselines.spectral_hashing import smallest_modes
from tf_dnnh.codes import unpack


class SpectralHashingTest(unittest.TestCase):
    def test_cuts_a_line_into_halves_then_quarters(self) -> None:
        # Modes 1 and 2 of a line: cos(pi t) changes its sign at 1/2,
        # cos(2 pi t) at 1/4 and 3/4.
        t = np.linspace(0, 1, 401)
        x = np.stack([t, np.zeros_like(t)], axis=1)
        bits = unpack(SpectralHashing(2).fit(x).encode(x), 2)
        clear = np.abs(np.abs(t - 0.5) - 0.25) > 0.01
        clear &= np.abs(t - 0.5) > 0.01
        np.testing.assert_array_equal(bits[clear, 0], t[clear] < 0.5)
        np.testing.assert_array_equal(
            bits[clear, 1], np.abs(t[clear] - 0.5) > 0.25
        )

    def test_modes_follow_the_sides_of_the_box(self) -> None:
        # Eigenvalues (m / length)^2 for sides 4 and 3: 1/16, 1/9, 4/16,
        # 4/9, 9/16, 1, 1 (that of the first axis first).
        axis, mode = smallest_modes(np.array([4.0, 3.0]), 7)
        self.assertEqual(axis.tolist(), [0, 1, 0, 1, 0, 0, 1])
        self.assertEqual(mode.tolist(), [1, 1, 2, 2, 3, 4, 3])

    def test_goes_on_where_the_rank_ends(self) -> None:
        rng = np.random.default_rng(0)
        x = rng.uniform(size=[300, 2])
        codes = unpack(SpectralHashing(20).fit(x).encode(x), 20)
        self.assertEqual(len(np.unique(codes.T, axis=0)), 20)


if __name__ == "__main__":
    unittest.main()
