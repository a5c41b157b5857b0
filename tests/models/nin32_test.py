"""Tests of the paper's network for 32 x 32 images."""

import unittest

import numpy as np

from tests.models import backbone_checks
from tf_dnnh.models import nin32


class Nin32Test(unittest.TestCase):
    def test_what_all_backbones_share(self):
        backbone_checks.check_builder(self, nin32, (32, 32, 3))

    def test_parameters(self):
        # 5.10, 5.71, 6.13 and 6.95 million with the head's 51 per bit.
        backbone_checks.check_parameters(
            self,
            "nin32",
            (32, 32, 3),
            {12: 5_099_164, 24: 5_714_776, 32: 6_125_184, 48: 6_946_000},
        )

    def test_shapes_are_those_of_the_table(self):
        shapes = backbone_checks.output_shapes(nin32(12))
        self.assertEqual(
            {
                name: shape
                for name, shape in shapes.items()
                if name.startswith(("conv", "pool", "features"))
            },
            {
                "conv1": (32, 32, 96),
                "conv2": (32, 32, 96),
                "pool1": (16, 16, 96),
                "conv3": (16, 16, 256),
                "conv4": (16, 16, 256),
                "pool2": (8, 8, 256),
                "conv5": (8, 8, 384),
                "conv6": (8, 8, 384),
                "pool3": (4, 4, 384),
                "conv7": (4, 4, 1024),
                "conv8": (4, 4, 600),
                "features": (600,),
            },
        )

    def test_paper_initial_weights(self):
        np.testing.assert_allclose(
            backbone_checks.kernel_stddevs(nin32(12)),
            [0.05, 0.05, 0.01, 0.05, 0.01, 0.05, 0.01, 0.05],
            rtol=0.02,
        )

    def test_dropout_follows_the_first_and_the_third_pooling(self):
        names = [layer.name for layer in nin32(1).layers]
        for pool, dropout in (("pool1", "dropout1"), ("pool3", "dropout2")):
            self.assertEqual(names.index(dropout), names.index(pool) + 1)


if __name__ == "__main__":
    unittest.main()
