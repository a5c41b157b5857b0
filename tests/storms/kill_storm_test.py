"""Runs the kill storm, see `tests/storms/kill_storm.py`."""

import json
import pathlib
import subprocess
import sys
import unittest

import pytest

ROOT = pathlib.Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.timeout(7200)
class KillStormTest(unittest.TestCase):
    def test_a_hundred_kills_change_nothing(self):
        done = subprocess.run(
            [sys.executable, "-m", "tests.storms.kill_storm"],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        killed = json.loads(done.stdout.splitlines()[-1])
        # Some attempts come after the end of a command.
        self.assertGreater(sum(killed.values()), 50)


if __name__ == "__main__":
    unittest.main()
