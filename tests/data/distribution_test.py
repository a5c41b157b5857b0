import os
import subprocess
import sys
import unittest

from tests.data import distribution_check


class DistributionTest(unittest.TestCase):
    def test_two_replicas_get_the_halves_of_a_batch_in_order(self):
        done = subprocess.run(
            [sys.executable, distribution_check.__file__],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
        )
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        self.assertIn("5 steps equal", done.stdout)


if __name__ == "__main__":
    unittest.main()
