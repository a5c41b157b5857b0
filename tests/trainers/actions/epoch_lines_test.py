"""Tests of the lines that stand in for a progress bar."""

import contextlib
import io
import unittest
from unittest import mock

from trainers.actions.epoch_lines import EpochLines

RECORD = {
    "epoch": 3,
    "loss": 0.12345,
    "validation_map": 0.87654,
    "images_per_second": 1234.5,
}


def printed(record: dict, terminal: bool = False) -> str:
    output = io.StringIO()
    errors = mock.Mock(isatty=lambda: terminal)
    with contextlib.redirect_stdout(output), mock.patch("sys.stderr", errors):
        EpochLines(epochs=40).end_epoch(3, record)
    return output.getvalue()


class EpochLinesTest(unittest.TestCase):
    def test_one_line_per_epoch(self):
        self.assertEqual(
            printed(RECORD),
            "epoch 3/40: loss 0.1235, validation MAP 0.8765, 1,234 images/s\n",
        )

    def test_without_validation(self):
        line = printed(RECORD | {"validation_map": None})
        self.assertEqual(line, "epoch 3/40: loss 0.1235, 1,234 images/s\n")

    def test_a_terminal_has_a_progress_bar_instead(self):
        self.assertEqual(printed(RECORD, terminal=True), "")


if __name__ == "__main__":
    unittest.main()
