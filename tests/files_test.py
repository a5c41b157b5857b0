"""Files appear whole or not at all; history survives a round trip."""

import pathlib
import tempfile
import unittest

from tf_dnnh import files
from tf_dnnh.runs.history import EpochRecord, read_history, write_history


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

    def test_history_round_trip_and_cut(self):
        path = self.folder / "history.csv"
        records = [
            EpochRecord(1, 0.5, 0.25, None, 1e-3, 0.5, 100.0),
            EpochRecord(2, 0.4, 0.2, 0.75, 1e-3, 0.4, 110.0),
        ]
        write_history(path, records)
        self.assertEqual(read_history(path, epochs=5), records)
        self.assertEqual(read_history(path, epochs=1), records[:1])
        self.assertEqual(read_history(self.folder / "none.csv", 3), [])


if __name__ == "__main__":
    unittest.main()
