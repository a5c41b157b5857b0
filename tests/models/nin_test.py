"""Tests of the paper's network for large images."""

import unittest

import numpy as np

from tests.models import backbone_checks
from tf_dnnh.models import nin


class NinTest(unittest.TestCase):
    def test_what_all_backbones_share(self):
        backbone_checks.check_builder(self, nin, (95, 95, 3))

    def test_parameters(self):
        # 5.91, 6.53, 6.94 and 7.76 million with the head's 51 per bit.
        backbone_checks.check_parameters(
            self,
            "nin",
            (224, 224, 3),
            {12: 5_913_244, 24: 6_528_856, 32: 6_939_264, 48: 7_760_080},
        )

    def test_shapes_are_those_of_the_table(self):
        shapes = backbone_checks.output_shapes(nin(12))
        self.assertEqual(
            [shapes[f"conv{i}"] for i in range(1, 9)],
            [
                (54, 54, 96),
                (54, 54, 96),
                (27, 27, 256),
                (27, 27, 256),
                (13, 13, 384),
                (13, 13, 384),
                (6, 6, 1024),
                (6, 6, 600),
            ],
        )
        self.assertEqual(
            [shapes[f"pool{i}"] for i in range(1, 4)],
            [(27, 27, 96), (13, 13, 256), (6, 6, 384)],
        )

    def test_paper_initial_weights(self):
        np.testing.assert_allclose(
            backbone_checks.kernel_stddevs(nin(12)),
            [0.05, 0.05, 0.01, 0.05, 0.01, 0.05, 0.01, 0.05],
            rtol=0.02,
        )

    def test_works_from_the_documented_size(self):
        self.assertEqual(nin(2, (87, 87, 3)).output_shape, (None, 100))


if __name__ == "__main__":
    unittest.main()
