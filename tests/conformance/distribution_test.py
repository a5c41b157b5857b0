"""Tests that two replicas compute the same as one device."""

import json
import pathlib
import subprocess
import sys
import unittest

from tests.conformance import distribution_check, public

# Rounding grows through 49 batch normalisations over a handful of pixels:
# 3e-4 was seen. Moments of half the batch would differ by tenths.
LIMITS = {"efficientnet_lite0": 1e-3}


class DistributionTest(unittest.TestCase):
    def test_two_replicas_equal_one_device(self):
        run = subprocess.run(
            [sys.executable, "-m", distribution_check.__name__],
            cwd=pathlib.Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(run.returncode, 0, run.stderr)
        differences = json.loads(run.stdout)
        self.assertEqual(
            set(differences),
            {*public.LAYERS, *public.BACKBONES, *public.MODELS, *public.LOSSES},
        )
        for name, difference in differences.items():
            with self.subTest(name=name):
                self.assertLess(difference, LIMITS.get(name, 2e-5))


if __name__ == "__main__":
    unittest.main()
