"""Tests that an index survives the death of the process that changes it."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class KilledTest(unittest.TestCase):
    def storm(self, kills: int) -> tuple[int, int]:
        with tempfile.TemporaryDirectory() as folder:
            run = subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "tests.search.kill_storm",
                    folder,
                    str(kills),
                ],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
        self.assertEqual(run.returncode, 0, run.stderr)
        new, old = map(int, run.stdout.split())
        self.assertEqual(new + old, kills)
        return new, old

    def test_the_old_state_or_the_new_one(self):
        self.storm(25)

    @pytest.mark.slow
    def test_many_times(self):
        new, old = self.storm(500)
        self.assertGreater(min(new, old), 25)


if __name__ == "__main__":
    unittest.main()
