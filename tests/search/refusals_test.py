"""Tests of what the search commands refuse, and of their help."""

import json
import pathlib
import subprocess
import sys
import unittest

from tests.export.tiny_run import make_tiny_run, shared_tiny_run, tiny_model
from tests.search.collections import (
    Answer,
    CommandCase,
)
from tf_dnnh.locking import locked
from tf_dnnh.search.__main__ import COMMANDS

ROOT = pathlib.Path(__file__).resolve().parents[2]


class RefusalsTest(CommandCase):
    def build_answer(self, **flags: object) -> Answer:
        flags = {
            "model": shared_tiny_run(),
            "images": self.images,
            "index": self.index,
        } | flags
        return Answer("build", *(f"--{k}={v}" for k, v in flags.items()))

    def test_another_model(self):
        self.build()
        other = make_tiny_run(self.folder / "run", tiny_model(seed=1))
        self.assert_refused(
            self.build_answer(model=other), "made by another model"
        )
        query = Answer(
            "query",
            self.images / "cat/00.png",
            f"--index={self.index}",
            f"--model={other}",
        )
        self.assert_refused(query, "not the one that made")

    def test_a_newer_format(self):
        self.build()
        path = self.index / "collection.json"
        settings = json.loads(path.read_text()) | {"format": 99}
        path.write_text(json.dumps(settings))
        for answer in (
            self.build_answer(),
            Answer("info", f"--index={self.index}"),
        ):
            self.assert_refused(answer, "newer version")

    def test_damaged_files(self):
        self.build()
        for name in ("collection.json", "pictures.sqlite"):
            kept = (self.index / name).read_bytes()
            (self.index / name).write_bytes(b"damaged" * 100)
            with self.subTest(name=name):
                answer = Answer("info", f"--index={self.index}")
                self.assert_refused(answer, name)
            (self.index / name).write_bytes(kept)

    def test_no_index(self):
        answer = Answer("info", f"--index={self.folder / 'none'}")
        self.assert_refused(answer, "There is no index")

    def test_no_pictures(self):
        empty = self.folder / "empty"
        empty.mkdir()
        (empty / "notes.txt").write_text("no picture")
        answer = self.build_answer(images=empty)
        self.assert_refused(answer, "Found no pictures")
        answer = self.build_answer(images=self.folder / "none")
        self.assert_refused(answer, "There is no .*none")
        self.assertFalse(self.index.exists())

    def test_no_model(self):
        answer = self.build_answer(model=self.folder)
        self.assert_refused(answer, "There is no model")
        self.assertFalse(self.index.exists())

    def test_a_folder_of_something_else(self):
        self.index.mkdir()
        (self.index / "thesis.tex").write_text("precious")
        self.assert_refused(self.build_answer(), "thesis.tex")
        self.assertEqual([p.name for p in self.index.iterdir()], ["thesis.tex"])

    def test_two_processes(self):
        self.build()
        with locked(self.index):
            for answer in (
                self.build_answer(),
                Answer("remove", f"--index={self.index}", 1),
            ):
                self.assertEqual(answer.status, 1)
                self.assertIn("in use by another process", answer.err)
            # Reading needs no lock.
            self.assertEqual(Answer("info", f"--index={self.index}").status, 0)

    def test_wrong_commands(self):
        for arguments, text in {
            (): "No command given",
            ("buidl",): "did you mean build",
            ("build", "--modle=x"): "Did you mean: model",
            ("build",): "`--model` is required",
            ("build", "more"): "Takes flags only",
            ("query", "--index=x"): "Give paths",
            ("query", "x.png"): "either --index",
            ("query", "x.png", "--index=a", "--workdir=b"): "either --index",
            ("query", "x.png", "--index=a", "--k=0"): "k",
            ("export", "--index=a"): "export codes",
            ("calibrate", "--index=a", "--target_precision=2"): "precision",
        }.items():
            with self.subTest(arguments=arguments):
                self.assert_refused(Answer(*arguments), text)


class HelpTest(unittest.TestCase):
    def test_without_tensorflow_and_numpy(self):
        program = (
            "import sys\n"
            "blocked = ('tensorflow', 'keras', 'numpy', 'faiss', 'fastapi')\n"
            "sys.modules.update(dict.fromkeys(blocked))\n"
            "from tf_dnnh.search.__main__ import main\n"
            f"for command in ['', *{list(COMMANDS)!r}]:\n"
            "    argv = ['search', *command.split(), '--help']\n"
            "    assert main(argv) == 0\n"
        )
        run = subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(run.returncode, 0, run.stderr)
        for line in run.stdout.splitlines():
            self.assertLessEqual(len(line), 100)


if __name__ == "__main__":
    unittest.main()
