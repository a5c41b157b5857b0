"""Tests of the thin residual network."""

import unittest

from tests.models import backbone_checks
from tf_dnnh.models import small_resnet


class SmallResnetTest(unittest.TestCase):
    def test_what_all_backbones_share(self):
        backbone_checks.check_builder(self, small_resnet, (16, 16, 3))

    def test_parameters(self):
        backbone_checks.check_parameters(
            self, "small_resnet", (32, 32, 3), {12: 385_548, 48: 619_584}
        )

    def test_takes_small_and_odd_images(self):
        for shape in ((8, 8, 1), (28, 28, 1), (17, 23, 3)):
            self.assertEqual(small_resnet(2, shape).output_shape, (None, 100))


if __name__ == "__main__":
    unittest.main()
