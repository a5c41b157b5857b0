"""Tests that damaged files give an error or a code, and never a crash."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import pytest

from tests.export.tiny_run import tiny_model, write_version

ROOT = pathlib.Path(__file__).resolve().parents[2]
# More are sent by `FUZZ_FILES=10000 pytest tests/export/hostile_input_test.py`.
FILES = int(os.environ.get("FUZZ_FILES", "2000"))


class FuzzTest(unittest.TestCase):
    @pytest.mark.timeout(300 + FILES // 10)
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
