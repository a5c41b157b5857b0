"""Tests of the network with residual blocks."""

import unittest

from tests.models import backbone_checks
from tf_dnnh.models import residual_cnn


class ResidualCnnTest(unittest.TestCase):
    def test_what_all_backbones_share(self):
        backbone_checks.check_builder(self, residual_cnn, (16, 16, 3))

    def test_parameters(self):
        # Convolutions: 9 * 3 * 32, 9 * 32 * 64, 2 * 9 * 64^2, 9 * 64 * 128,
        # 9 * 128 * 256 and 2 * 9 * 256^2; two trained values for each of their
        # 32 + 3 * 64 + 128 + 3 * 256 channels; for each bit, 257 * 50 features
        # and 51 weights.
        backbone_checks.check_parameters(
            self, "residual_cnn", (32, 32, 3), {12: 1_798_364, 48: 2_262_800}
        )

    def test_takes_small_and_odd_images(self):
        for shape in ((8, 8, 1), (28, 28, 1), (17, 23, 3)):
            self.assertEqual(residual_cnn(2, shape).output_shape, (None, 100))


if __name__ == "__main__":
    unittest.main()
