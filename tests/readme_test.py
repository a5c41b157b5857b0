"""Tests the code and the commands in the documents.

Python in README.md runs, block after block, in one namespace. Commands are not
run, but their modules must exist and their flags be in the `--help`.
"""

import contextlib
import functools
import io
import os
import re
import subprocess
import sys
import tempfile
import unittest

from tests.documents import ROOT, blocks, commands

DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/bits_and_radius.md",
    "docs/index.md",
    "docs/nuswide.md",
    "docs/pretrained.md",
    "docs/tuning.md",
    "docs/tutorial.md",
    "docs/your_pictures.md",
    "docs/search.md",
)
# Programs whose arguments are not checked.
PROGRAMS = (
    ".ci/run",
    "bazel",
    "mypy",
    "pre-commit",
    "ruff",
    "source",
)


@functools.cache
def help_text(module: str, *command: str) -> str:
    """Returns what `python -m MODULE [COMMAND] --help` prints."""
    run = subprocess.run(
        [sys.executable, "-m", module, *command, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stdout + run.stderr


class CommandsTest(unittest.TestCase):
    def test_every_command_is_known(self):
        for document in DOCUMENTS:
            for words in commands(document):
                with self.subTest(document=document, command=words):
                    self.check(words)

    def check(self, words: list[str]) -> None:
        program, *rest = words
        if program == "python" and rest[0] == "-m":
            self.check_module(rest[1], rest[2:])
        elif program == "pip":
            self.check_pip(rest)
        elif program == "pytest":
            self.assertIn(rest, ([], ["-m", "slow"]))
        else:
            self.assertIn(program, PROGRAMS)

    def check_module(self, module: str, arguments: list[str]) -> None:
        if module == "venv":
            return
        text = help_text(module)
        if module == "tf_dnnh.search":
            # Each of its commands has a help of its own.
            text += help_text(module, arguments[0])
        for argument in arguments:
            if argument.startswith("-"):
                flag, _, value = argument.lstrip("-").partition("=")
                pattern = rf"--(\[no\]|no)?{re.escape(flag)}\b"
                self.assertRegex(text, pattern)
                if flag == "dataset":
                    self.assertIn(value, text)
            elif "/" not in argument:
                self.assertIn(argument, text)

    def check_pip(self, arguments: list[str]) -> None:
        self.assertEqual(arguments[:2], ["install", "-e"])
        extra = re.fullmatch(r"\.(?:\[(\w+)\])?", arguments[2])
        self.assertIsNotNone(extra)
        if extra.group(1):
            setup = (ROOT / "setup.py").read_text(encoding="utf-8")
            self.assertRegex(setup, rf'"{extra.group(1)}"[\]:]')


class PythonTest(unittest.TestCase):
    def test_the_readme_runs(self):
        namespace: dict = {}
        printed = io.StringIO()
        here = os.getcwd()
        self.addCleanup(os.chdir, here)
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            with contextlib.redirect_stdout(printed):
                for block in blocks("README.md", "python"):
                    exec(compile(block, "README.md", "exec"), namespace)
            os.chdir(here)
        score = float(re.search(r"(?m)^(0\.\d+)$", printed.getvalue()).group())
        self.assertGreater(score, 0.8)


if __name__ == "__main__":
    unittest.main()
