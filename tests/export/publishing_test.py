"""Tests that a kill while an export is published leaves no mixture."""

import json
import os
import pathlib
import tempfile
import unittest
from unittest import mock

from export import publishing

FILES = ("float32", "float16")


class Killed(BaseException):
    """Stands for the end of the process."""


def export(output: pathlib.Path, content: str) -> None:
    """Publishes files that all hold `content`."""
    summary = {
        "artifacts": {
            "saved_model": {"path": "saved_model"},
            **{name: {"path": f"tflite/{name}.tflite"} for name in FILES},
        },
        "image_size": [8, 8],
        "bits": 12,
        "content": content,
    }
    with publishing.writable(output) as scratch:
        for folder in ("saved_model", "tflite"):
            (scratch / folder).mkdir()
        (scratch / "saved_model" / "saved_model.pb").write_text(content)
        for name in FILES:
            (scratch / "tflite" / f"{name}.tflite").write_text(content)
        publishing.publish(scratch, summary)


def published(output: pathlib.Path) -> set[str]:
    """Returns the contents of the files that `export.json` names."""
    summary = json.loads((output / "export.json").read_text())
    found = {summary["content"]}
    for report in summary["artifacts"].values():
        path = output / report["path"]
        path = path / "saved_model.pb" if path.is_dir() else path
        found.add(path.read_text())
    return found


class PublishingTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.output = pathlib.Path(folder.name) / "export"

    def killed_at(self, moves: int) -> bool:
        """Exports again, killed before a move; returns whether it was."""
        left = iter(range(moves))

        def limited(move):
            def call(*paths):
                if next(left, None) is None:
                    raise Killed
                return move(*paths)

            return call

        with (
            mock.patch.object(os, "rename", limited(os.rename)),
            mock.patch.object(os, "replace", limited(os.replace)),
        ):
            try:
                export(self.output, "new")
            except Killed:
                return True
        return False

    def test_a_kill_before_any_move(self):
        export(self.output, "old")
        moves, seen = 0, set()
        while self.killed_at(moves):
            with self.subTest(moves=moves):
                manifest = (self.output / "export.json").exists()
                if manifest:
                    self.assertEqual(published(self.output), {"old"})
                seen.add(manifest)
                with publishing.writable(self.output):
                    pass
                (found,) = published(self.output)
                self.assertIn(found, ("old", "new"))
                config = self.output / "serving" / "models.config"
                self.assertTrue(config.read_text().endswith("}\n"))
                hidden = [p for p in self.output.iterdir() if p.name[0] == "."]
                self.assertEqual(hidden, [])
            export(self.output, "old")
            moves += 1
        self.assertEqual(published(self.output), {"new"})
        # Both before and after the decision.
        self.assertEqual(seen, {True, False})

    def test_versions_are_numbered(self):
        for content in ("old", "new"):
            export(self.output, content)
        names = sorted(p.name for p in (self.output / "saved_model").iterdir())
        self.assertEqual(names, ["1", "2"])
        self.assertEqual(published(self.output), {"new"})

    def test_what_a_killed_export_was_writing_is_removed(self):
        (self.output / ".writing-4711" / "tflite").mkdir(parents=True)
        (self.output / ".publishing" / "tflite").mkdir(parents=True)
        with publishing.writable(self.output) as scratch:
            names = {path.name for path in self.output.iterdir()}
            self.assertEqual(names, {".lock", scratch.name})
        self.assertEqual(list(self.output.iterdir()), [])


if __name__ == "__main__":
    unittest.main()
