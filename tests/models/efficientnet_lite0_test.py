"""Tests of EfficientNet-Lite0."""

import unittest

import numpy as np

from tests.models import trunks
from tf_dnnh.models import efficientnet_lite0


class EfficientNetLite0Test(unittest.TestCase):
    def test_what_all_trunks_share(self):
        trunks.check_builder(self, efficientnet_lite0, (32, 32, 3))

    def test_parameters(self):
        trunk = efficientnet_lite0(12, (32, 32, 3))
        features = trunk.get_layer("features")
        self.assertEqual(features.count_params(), 1281 * 600)
        # Google's 4,652,008 count its classifier and not the moments.
        trained = sum(int(np.prod(w.shape)) for w in trunk.trainable_weights)
        self.assertEqual(trained - 1281 * 600 + 1281 * 1000, 4_652_008)

    def test_sizes_of_maps(self):
        shapes = trunks.output_shapes(efficientnet_lite0(2, (128, 128, 3)))
        for layer, shape in {
            "stem": (64, 64, 32),
            "block0_project": (64, 64, 16),
            "block2_add": (32, 32, 24),
            "block4_add": (16, 16, 40),
            "block7_add": (8, 8, 80),
            "block10_add": (8, 8, 112),
            "block14_add": (4, 4, 192),
            "block15_project": (4, 4, 320),
            "top": (4, 4, 1280),
            "pooled": (1280,),
        }.items():
            self.assertEqual(shapes[layer], shape, layer)

    def test_takes_odd_images(self):
        trunk = efficientnet_lite0(2, (17, 23, 3))
        self.assertEqual(trunk.output_shape, (None, 100))


if __name__ == "__main__":
    unittest.main()
