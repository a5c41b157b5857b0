"""Tests that damaged files give an error or a code, and never a crash."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

from tests.export.tiny_run import tiny_model, write_version

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILES = 2000


class FuzzTest(unittest.TestCase):
    def test_damaged_files(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            version = write_version(tiny_model(), pathlib.Path(folder))
            done = subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "tests.export.fuzz_saved_model",
                    str(version),
                    str(FILES),
                ],
                capture_output=True,
                text=True,
                cwd=ROOT,
            )
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        counts = json.loads(done.stdout)
        self.assertEqual(counts["encoded"] + counts["refused"], FILES)
        # Some mutations are harmless, some are not.
        self.assertGreater(counts["encoded"], FILES // 10)
        self.assertGreater(counts["refused"], FILES // 10)


if __name__ == "__main__":
    unittest.main()
