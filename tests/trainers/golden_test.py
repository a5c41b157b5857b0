"""Tests that the README's first command gives the same run, bit for bit.

Its fingerprint and codes are stored with the processor and the versions that
made them, because others add the same numbers in a different order. A change
that is meant to alter figures writes the file again:

    python -m tests.trainers.golden_test --write
"""

import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import numpy as np
import pytest

from tf_dnnh.runs.run_folder import RunFolder
from tools.machine import machine

GOLDEN = pathlib.Path(__file__).parents[1] / "golden" / "digits_run.json"
ROOT = pathlib.Path(__file__).parents[2]
VERSIONS = ("tensorflow", "keras", "numpy")


def made_here() -> dict:
    """Trains on digits; returns what identifies model, codes and machine."""
    with tempfile.TemporaryDirectory() as parent:
        folder = RunFolder(pathlib.Path(parent, "run"))
        subprocess.run(
            [
                sys.executable,
                "-m",
                "trainers.main",
                "--dataset=digits",
                "--deterministic",
                f"--workdir={folder.path}",
            ],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        codes = folder.read_codes()
        result = folder.read_result()
    return {
        **environment(result["versions"]),
        "model_fingerprint": str(codes["model_fingerprint"]),
        "codes_sha256": {
            name: hashlib.sha256(np.ascontiguousarray(codes[name])).hexdigest()
            for name in ("query_codes", "database_codes")
        },
        "map": result["metrics"]["map"],
    }


def environment(versions: dict[str, str]) -> dict:
    """Returns the kind of processor and the versions of packages."""
    return {
        # Memory is left out; it does not affect figures.
        "processor": machine().rsplit(",", 1)[0],
        "versions": {name: versions[name] for name in VERSIONS},
    }


@pytest.mark.slow
class GoldenTest(unittest.TestCase):
    def test_the_first_run_is_what_it_was(self):
        wanted = json.loads(GOLDEN.read_text(encoding="utf-8"))
        found = made_here()
        here = {name: found[name] for name in ("processor", "versions")}
        if any(wanted[name] != value for name, value in here.items()):
            self.skipTest(f"The golden file is of another machine: {here}")
        self.assertEqual(found, wanted)


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        text = json.dumps(made_here(), indent=2)
        GOLDEN.write_text(text + "\n", encoding="utf-8")
    else:
        unittest.main()
