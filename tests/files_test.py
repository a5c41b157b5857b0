"""Tests that files appear whole or not at all."""

import pathlib
import tempfile
import unittest

from tf_dnnh import files


class FilesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_a_failed_writer_leaves_the_old_file(self):
        path = self.folder / "result.json"
        files.write_json(path, {"old": 1})
        with self.assertRaises(RuntimeError), files.replacing(path) as beside:
            beside.write_text("half")
            self.assertEqual(beside.suffix, ".json")
            raise RuntimeError
        self.assertEqual(path.read_text(), '{\n  "old": 1\n}\n')
        self.assertEqual(list(self.folder.iterdir()), [path])

    def test_only_what_killed_writers_left_is_swept(self):
        kept = {".hidden", ".lock", "model.keras", "codes.12.npz", ".7z"}
        for name in kept | {".model.4711.keras", ".codes.12.npz", ".lock.9"}:
            (self.folder / name).touch()
        for name in (".writing-abc", "logs"):
            (self.folder / name).mkdir()
            (self.folder / name / "file").touch()
        files.sweep(self.folder)
        left = {path.name for path in self.folder.iterdir()}
        self.assertEqual(left, kept | {"logs"})


if __name__ == "__main__":
    unittest.main()
