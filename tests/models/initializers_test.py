"""Tests of the initial weights."""

import unittest

import numpy as np

from tf_dnnh.models.initializers import seeded


class SeededTest(unittest.TestCase):
    def test_depends_on_seed_and_index_alone(self):
        for name in ("paper", "he_normal", "glorot_uniform"):
            draw = seeded(name, 3, 1)([4, 4]).numpy()
            np.testing.assert_array_equal(draw, seeded(name, 3, 1)([4, 4]))
            for other in (seeded(name, 3, 2), seeded(name, 4, 1)):
                self.assertTrue((draw != other([4, 4]).numpy()).all())

    def test_without_a_seed_every_draw_differs(self):
        one, two = (
            seeded("he_normal", None, 0)([4, 4]).numpy() for _ in range(2)
        )
        self.assertTrue((one != two).all())

    def test_paper_has_the_deviation_asked_for(self):
        draw = seeded("paper", 0, 0, paper_stddev=0.01)([100, 100])
        self.assertAlmostEqual(float(np.std(draw)), 0.01, delta=5e-4)

    def test_takes_initializers_without_a_seed(self):
        self.assertEqual(float(seeded("ones", 3, 1)([1])[0]), 1.0)


if __name__ == "__main__":
    unittest.main()
