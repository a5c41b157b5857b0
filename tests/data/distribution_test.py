import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class DistributionTest(unittest.TestCase):
    def test_two_replicas_get_the_halves_of_a_batch_in_order(self):
        done = subprocess.run(
            [sys.executable, "-m", "tests.data.distribution_check"],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        self.assertIn("5 steps equal", done.stdout)


if __name__ == "__main__":
    unittest.main()
