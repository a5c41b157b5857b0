"""Follows docs/your_pictures.md with a folder of drawn photographs."""

import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import numpy as np
import pytest
from PIL import Image

from tests.documents import ROOT, commands

COLORS = {"sky": (90, 150, 230), "grass": (60, 160, 50), "brick": (170, 70, 50)}
# The guide's training, made short.
SHORT = ("--epochs=2", "--override=image_size=32", "--bits=12")
WORKDIR = "runs/image_folder-12b-0"


def draw_photographs(folder: pathlib.Path) -> None:
    """Draws 25 noisy pictures of each class, and a file that is damaged."""
    random = np.random.default_rng(0)
    for name, color in COLORS.items():
        (folder / name).mkdir(parents=True)
        for number in range(25):
            noise = random.normal(0, 30, (48, 40 + number, 3))
            pixels = np.clip(color + noise, 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{number}.jpg")
    (folder / "sky" / "damaged.jpg").write_bytes(b"no picture")


@pytest.mark.slow
class YourPicturesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        draw_photographs(self.folder / "PHOTOS")

    def run_command(self, words: list[str]) -> subprocess.CompletedProcess:
        path = f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
        return subprocess.run(
            [sys.executable, *words[1:]],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=False,
        )

    def test_from_a_folder_to_a_verdict_and_a_search(self):
        found = [c for c in commands("docs/your_pictures.md") if c[0] != "pip"]
        verify, train, serve = found
        self.assertIn("serve", serve)

        checked = self.run_command(verify)
        self.assertEqual(checked.returncode, 1, checked.stderr)
        with (self.folder / "problems.csv").open(newline="") as lines:
            problems = list(csv.DictReader(lines))
        self.assertIn("sky/damaged.jpg", problems[0]["name"])

        trained = self.run_command([*train, *SHORT])
        self.assertEqual(trained.returncode, 0, trained.stderr)
        result = json.loads((self.folder / WORKDIR / "result.json").read_text())
        grade = result["bit_health"]["grade"]
        self.assertIn(grade, ("healthy", "weak", "collapsed"))
        page = (self.folder / WORKDIR / "report.html").read_text()
        self.assertIn(f">{grade}<", page)

        picture = "PHOTOS/grass/3.jpg"
        query = [*serve[:3], "query", f"--workdir={WORKDIR}", picture]
        answered = self.run_command([*query, "--json"])
        self.assertEqual(answered.returncode, 0, answered.stderr)
        (answer,) = json.loads(answered.stdout)
        self.assertGreater(len(answer["results"]), 0)


if __name__ == "__main__":
    unittest.main()
