"""Tests of the plain 3 x 3 network."""

import unittest

from tests.models import backbone_checks
from tf_dnnh.models import plain_cnn


class PlainCnnTest(unittest.TestCase):
    def test_what_all_backbones_share(self):
        backbone_checks.check_builder(self, plain_cnn, (16, 16, 3))

    def test_parameters(self):
        backbone_checks.check_parameters(
            self, "plain_cnn", (32, 32, 3), {12: 1_318_748, 48: 1_783_184}
        )

    def test_takes_small_and_odd_images(self):
        for shape in ((8, 8, 1), (28, 28, 1), (17, 23, 3)):
            self.assertEqual(plain_cnn(2, shape).output_shape, (None, 100))


if __name__ == "__main__":
    unittest.main()
