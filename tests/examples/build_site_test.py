"""Tests of the web page that need no browser."""

import contextlib
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import numpy as np

from tests.examples import device_export
from tests.examples.scripts import WEB, import_script
from tests.export.tiny_run import shared_tiny_run


class BuildSiteTest(unittest.TestCase):
    def test_the_lock_file_names_no_registry(self):
        lock = json.loads((WEB / "package-lock.json").read_text())
        for name, package in lock["packages"].items():
            self.assertNotIn("resolved", package, name)

    def test_a_missing_runtime_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            result = self.build(folder, f"--node_modules={folder}")
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, "There is no LiteRT.js in .* `npm ci`")
        self.assertNotIn("Traceback", result.stderr)

    def build(self, folder: str, *arguments: str):
        images = pathlib.Path(folder) / "images"
        device_export.write_pictures(images)
        _, files = device_export.export_device_files(
            pathlib.Path(folder) / "tflite", 0
        )
        return subprocess.run(
            [
                sys.executable,
                WEB / "build_site.py",
                f"--model={files['float32']}",
                f"--images={images}",
                f"--output={folder}/site",
                *arguments,
            ],
            capture_output=True,
            text=True,
            check=False,
        )


class PicturesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.module = import_script("pictures", WEB)

    def test_labels_are_drawn_in_turn(self):
        labels = ["a"] * 6 + ["b"] * 2 + ["c"]
        drawn = [labels[row] for row in self.module.draw_evenly(labels, 6)]
        self.assertEqual(sorted(drawn[:3]), ["a", "b", "c"])
        self.assertEqual(sorted(drawn), ["a", "a", "a", "b", "b", "c"])
        everything = self.module.draw_evenly(labels, 100)
        self.assertEqual(sorted(everything), list(range(9)))

    def test_a_folder_gives_set_and_examples(self):
        with tempfile.TemporaryDirectory() as folder:
            device_export.write_pictures(pathlib.Path(folder))
            items, examples = self.module.from_folder(folder, 4, 2)
        self.assertEqual((len(items), len(examples)), (4, 2))
        self.assertEqual(
            {example.label for example in examples}, {"even", "odd"}
        )
        names = {picture.id for picture in [*items, *examples]}
        self.assertEqual(len(names), 6)

    def test_a_picture_that_cannot_be_read_is_named_and_left_out(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            written = device_export.write_pictures(folder)
            for broken in written[:2]:
                broken.write_bytes(b"no picture")
            errors = io.StringIO()
            with contextlib.redirect_stderr(errors):
                items, examples = self.module.from_folder(name, 100, 1)
            for broken in written[:2]:
                self.assertIn(f"Skipped {broken}", errors.getvalue())
            self.assertEqual(len(items) + len(examples), len(written) - 2)
            for path in written:
                path.write_bytes(b"no picture")
            with (
                contextlib.redirect_stderr(errors),
                self.assertRaisesRegex(ValueError, "None of the pictures"),
            ):
                self.module.from_folder(name, 4, 2)

    def test_a_run_gives_its_database_and_its_queries(self):
        run = shared_tiny_run()
        items, examples = self.module.from_run(str(run), 30, 10)
        with np.load(run / "codes.npz") as codes:
            database, queries = codes["database_ids"], codes["query_ids"]
        self.assertLess({item.id for item in items}, set(database))
        self.assertLess({example.id for example in examples}, set(queries))
        digits = [str(digit) for digit in range(10)]
        self.assertEqual(sorted(example.label for example in examples), digits)
        self.assertEqual(items[0].image.size, (8, 8))


if __name__ == "__main__":
    unittest.main()
