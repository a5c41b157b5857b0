"""Tests that a folder has one writer at a time, and that a kill frees it."""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

from tf_dnnh.locking import LockedError, locked

HOLD = """
import pathlib, sys, time
from tf_dnnh.locking import locked
with locked(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


class LockingTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_a_second_process_is_refused_until_the_first_is_killed(self):
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(self.folder)],
            stdout=subprocess.PIPE,
            text=True,
        )
        with holder:
            self.assertEqual(holder.stdout.readline(), "held\n")
            words = f"{self.folder} is in use by another process .{holder.pid}."
            with self.assertRaisesRegex(LockedError, words):
                locked(self.folder).__enter__()
            holder.send_signal(signal.SIGKILL)
            holder.wait()
        self.assertEqual(os.listdir(self.folder), [".lock"])
        with locked(self.folder):
            pass
        self.assertEqual(os.listdir(self.folder), [])

    def test_an_error_releases_the_lock(self):
        with self.assertRaises(ArithmeticError), locked(self.folder):
            raise ArithmeticError
        with locked(self.folder):
            self.assertEqual(os.listdir(self.folder), [".lock"])

    def test_a_lock_file_that_was_replaced_does_not_count(self):
        with locked(self.folder):
            (self.folder / ".lock").unlink()
            with locked(self.folder):
                pass


if __name__ == "__main__":
    unittest.main()
