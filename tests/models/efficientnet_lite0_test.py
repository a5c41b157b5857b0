"""Tests of EfficientNet-Lite0."""

import unittest

import numpy as np

from tests.models import backbone_checks
from tf_dnnh.models import efficientnet_lite0


class EfficientNetLite0Test(unittest.TestCase):
    def test_what_all_backbones_share(self):
        backbone_checks.check_builder(self, efficientnet_lite0, (32, 32, 3))

    def test_parameters(self):
        backbone = efficientnet_lite0(12, (32, 32, 3))
        features = backbone.get_layer("features")
        self.assertEqual(features.count_params(), 1281 * 600)
        # Google's 4,652,008 include the classifier but not the moments.
        trained = sum(int(np.prod(w.shape)) for w in backbone.trainable_weights)
        self.assertEqual(trained - 1281 * 600 + 1281 * 1000, 4_652_008)

    def test_sizes_of_maps(self):
        backbone = efficientnet_lite0(2, (128, 128, 3))
        shapes = backbone_checks.output_shapes(backbone)
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
        backbone = efficientnet_lite0(2, (17, 23, 3))
        self.assertEqual(backbone.output_shape, (None, 100))


if __name__ == "__main__":
    unittest.main()
