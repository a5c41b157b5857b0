"""Tests of run folders that are damaged, edited, or trained for longer."""

import contextlib
import io
import json
import os
import pathlib
import shutil
import tempfile
import unittest
from unittest import mock

from tf_dnnh.data import DataError, load_dataset
from trainers.main import main

FLAGS = ("--dataset=digits", "--bits=12", "--mode=train")


def call(*arguments: str) -> tuple[int, str, str]:
    """Returns exit status, standard output and standard error."""
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        status = main(["trainers.main", *arguments])
    return status, output.getvalue(), errors.getvalue()


class DamagedRunTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.kept = pathlib.Path(folder.name) / "kept"
        every_step = "--override=checkpoint_seconds=0"
        status, cls.output, errors = call(
            *FLAGS, "--epochs=1", every_step, f"--workdir={cls.kept}"
        )
        assert status == 0, errors

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.run_folder = pathlib.Path(folder.name) / "run"
        shutil.copytree(self.kept, self.run_folder)

    def train(self, epochs: int) -> tuple[int, str, str]:
        workdir = f"--workdir={self.run_folder}"
        return call(*FLAGS, f"--epochs={epochs}", workdir)

    def evaluate(self) -> str:
        status, _, errors = call("--mode=eval", f"--workdir={self.run_folder}")
        self.assertEqual(status, 2)
        return errors

    def test_the_first_line_describes_the_run(self):
        self.assertRegex(
            self.output.splitlines()[0],
            "^digits, protocol lai2015: 1,080 training, 120 validation, 300 "
            r"query and 1,497 database images; plain_cnn, 12 bits, 1 epochs; "
            f".*; {self.kept}$",
        )

    def test_a_finished_run_is_trained_for_longer(self):
        status, output, errors = self.train(epochs=2)
        self.assertEqual(status, 0, errors)
        self.assertIn("note: training continues from 1 to 2", errors)
        self.assertIn("epoch 2/2", output)
        self.assertNotIn("epoch 1/2", output)
        history = (self.run_folder / "history.csv").read_text().splitlines()
        self.assertEqual(len(history), 3)

    def test_a_finished_run_cannot_be_trained_for_less(self):
        self.train(epochs=2)
        status, _, errors = self.train(epochs=1)
        self.assertEqual(status, 2)
        self.assertIn("epochs: 1, not 2", errors)

    def test_a_truncated_checkpoint_falls_back(self):
        files = (self.run_folder / "checkpoints").glob("*.data-*")
        newest = max(files, key=lambda path: int(path.stem.split("-")[1]))
        os.truncate(newest, newest.stat().st_size // 2)
        status, output, errors = self.train(epochs=1)
        self.assertEqual(status, 0, errors)
        self.assertRegex(errors, "warning: .* is damaged .* the one before")
        self.assertIn("epoch 1/1", output)

    def test_no_checkpoint_is_left(self):
        for path in (self.run_folder / "checkpoints").glob("*.data-*"):
            os.truncate(path, 100)
        status, _, errors = self.train(epochs=1)
        self.assertEqual(status, 2)
        self.assertIn("All checkpoints in", errors)

    def test_damaged_files_are_named(self):
        for name in ("config.json", "split.json", "model.keras"):
            with self.subTest(name):
                path = self.run_folder / name
                os.truncate(path, 60)
                self.assertRegex(self.evaluate(), f"^error: {path} .*restore")
                shutil.copy(self.kept / name, path)

    def test_a_value_that_is_not_allowed(self):
        path = self.run_folder / "config.json"
        path.write_text(path.read_text().replace('"bits": 12', '"bits": "x"'))
        self.assertRegex(self.evaluate(), f"^error: {path}: `bits` must be")

    def test_an_edited_split(self):
        path = self.run_folder / "split.json"
        split = json.loads(path.read_text())
        split["queries"].append(split["training"][0])
        path.write_text(json.dumps(split))
        self.assertIn("does not match its own SHA-256", self.evaluate())

    def test_images_that_have_changed(self):
        digits = load_dataset("digits")
        digits.ids = digits.ids[::-1].copy()
        with mock.patch("trainers.run_data.load_dataset", return_value=digits):
            self.assertIn("The images have changed", self.evaluate())


class FolderTest(unittest.TestCase):
    def test_a_download_never_makes_a_mistyped_folder(self):
        with tempfile.TemporaryDirectory() as folder:
            missing = pathlib.Path(folder) / "tpyo"
            with self.assertRaisesRegex(DataError, "no folder .*create it"):
                load_dataset("cifar10", missing, download=True)
            self.assertFalse(missing.exists())


if __name__ == "__main__":
    unittest.main()
