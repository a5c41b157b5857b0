"""Kills a process that changes and saves an index, at random moments."""

import json
import pathlib
import random
import tempfile
import unittest

import numpy as np
import pytest

from tests.search.hamming.generations import CODES, COUNT, write_and_kill
from tf_dnnh.search import HammingIndex


class KillTest(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.path = pathlib.Path(temporary.name)
        index = HammingIndex(48)
        index.add(CODES[:COUNT])
        index.save(self.path)

    def test_an_index_survives(self):
        self.storm(20)

    @pytest.mark.slow
    def test_an_index_survives_a_long_storm(self):
        self.storm(500)

    def storm(self, kills: int) -> None:
        """Kills writers, and checks what each of them left."""
        moments = random.Random(kills)
        littered = 0
        for kill in range(kills):
            saved = write_and_kill(self.path, moments.uniform(0, 0.05))
            littered += self.files() != self.named()
            with self.subTest(kill=kill):
                index = HammingIndex.load(self.path)
                start = int(index.ids[0])
                # The old generation or the new one, if it could not be told.
                self.assertIn(start, (saved, saved + 1))
                ids = np.arange(start, start + COUNT)
                np.testing.assert_array_equal(index.ids, ids)
                np.testing.assert_array_equal(index.codes_of(ids), CODES[ids])
        self.assertGreater(littered, 0, "No writer was killed while it saved.")
        HammingIndex.load(self.path).save(self.path)
        self.assertEqual(self.files(), self.named())

    def files(self) -> set[str]:
        """Returns the names of all files in the folder."""
        return {file.name for file in self.path.iterdir()}

    def named(self) -> set[str]:
        """Returns the names of the header and of the files it names."""
        header = json.loads((self.path / "header.json").read_text())
        entries = header["files"].values()
        return {"header.json", *(entry["name"] for entry in entries)}


if __name__ == "__main__":
    unittest.main()
