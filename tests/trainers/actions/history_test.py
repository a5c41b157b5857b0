"""Tests that the history has a row per epoch, also after a restart."""

import pathlib
import tempfile
import unittest

from tf_dnnh.runs.run_folder import RunFolder
from trainers.actions.history import History


def record(epoch: int, score: float | None = None) -> dict:
    return {"epoch": epoch, "loss": 0.1 / epoch, "validation_map": score}


class HistoryTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = RunFolder(pathlib.Path(folder.name))

    def test_a_row_per_epoch(self):
        history = History(self.folder, finished=0)
        records = [record(1), record(2, 0.5)]
        for one in records:
            history.end_epoch(one["epoch"], one)
        self.assertEqual(self.folder.read_history(), records)

    def test_rows_after_the_checkpoint_are_written_again(self):
        history = History(self.folder, finished=0)
        for epoch in (1, 2, 3):
            history.end_epoch(epoch, record(epoch))
        before = (self.folder.path / "history.csv").read_bytes()
        resumed = History(self.folder, finished=1)
        for epoch in (2, 3):
            resumed.end_epoch(epoch, record(epoch))
        after = (self.folder.path / "history.csv").read_bytes()
        self.assertEqual(after, before)

    def test_a_restart_before_the_first_epoch_finds_no_file(self):
        history = History(self.folder, finished=0)
        history.end_epoch(1, record(1))
        self.assertEqual(self.folder.read_history(), [record(1)])


if __name__ == "__main__":
    unittest.main()
