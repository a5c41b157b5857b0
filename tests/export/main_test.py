"""Tests of the command: exit status, error messages, output."""

import contextlib
import io
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from export import main
from export.tflite import VARIANTS
from tests.export.tiny_run import shared_tiny_run

ROOT = pathlib.Path(__file__).resolve().parents[2]


def call(*arguments: str) -> tuple[int, str, str]:
    """Returns status, standard output and standard error of a command."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main.main(["export.main", *arguments])
    return status, out.getvalue(), err.getvalue()


class MainTest(unittest.TestCase):
    def assert_wrong(self, words: str, *arguments: str):
        found, out, err = call(*arguments)
        self.assertEqual(found, 2, err)
        self.assertEqual(out, "")
        self.assertEqual(len(err.splitlines()), 1, err)
        self.assertIn(words, err)

    def test_help_fits_a_screen(self) -> None:
        status, out, err = call("--help")
        self.assertEqual((status, err), (0, ""))
        self.assertLessEqual(len(out.splitlines()), 24)
        self.assertLessEqual(max(map(len, out.splitlines())), 80)

    def test_wrong_commands(self) -> None:
        here = f"--workdir={ROOT}"
        self.assert_wrong("`--workdir` is required", "--output=x")
        self.assert_wrong("`--output` is required", here)
        self.assert_wrong("no run folder", "--workdir=none", "--output=x")
        self.assert_wrong("Received: x", here, "--output=x", "--formats=x")
        self.assert_wrong("range", here, "--output=x", "--int8_agreement=7")
        self.assert_wrong("checked_images", here, "--checked_images=0")
        self.assert_wrong("flags only", here, "--output=x", "more")

    def test_a_folder_that_is_no_run(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.assert_wrong(
                "a finished run",
                f"--workdir={folder}",
                f"--output={folder}/export",
            )

    def test_output_that_cannot_be_written(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "file"
            file.write_text("")
            self.assert_wrong(
                "Not a directory",
                f"--workdir={shared_tiny_run()}",
                f"--output={file}/export",
                "--checked_images=5",
            )

    def test_the_real_command_is_quiet(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "export.main",
                    f"--workdir={shared_tiny_run()}",
                    f"--output={folder}",
                    "--formats=tflite",
                    "--checked_images=20",
                    "--float16_agreement=0.9",
                    "--dynamic_range_agreement=0.9",
                    "--int8_agreement=0.9",
                ],
                capture_output=True,
                text=True,
                cwd=ROOT,
            )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "")
        lines = done.stdout.splitlines()
        self.assertEqual(
            [line.split()[0] for line in lines],
            ["kB", "Keras", *VARIANTS, "Everything"],
        )

    def test_a_signal_ends_the_export_and_leaves_nothing_behind(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            output = pathlib.Path(folder)
            process = subprocess.Popen(
                [
                    sys.executable,
                    *("-m", "export.main"),
                    f"--workdir={shared_tiny_run()}",
                    f"--output={output}",
                ],
                stderr=subprocess.PIPE,
                text=True,
                cwd=ROOT,
            )
            while process.poll() is None and not list(output.glob(".writing*")):
                time.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=120)
            self.assertEqual(process.returncode, 128 + signal.SIGTERM, errors)
            self.assertIn("Stopped by SIGTERM", errors)
            self.assertEqual(len(errors.splitlines()), 1, errors)
            self.assertEqual(list(output.iterdir()), [])


if __name__ == "__main__":
    unittest.main()
