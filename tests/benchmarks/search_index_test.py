"""Tests that the benchmark of the index measures, on few codes."""

import contextlib
import io
import pathlib
import tempfile
import unittest
from unittest import mock

import numpy as np

from benchmarks import search_index
from tests.search.hamming.tied_codes import tied_codes


class SearchIndexTest(unittest.TestCase):
    def test_one_run_measures_everything(self):
        rng = np.random.default_rng(0)
        with tempfile.TemporaryDirectory() as folder:
            np.savez(
                pathlib.Path(folder) / "codes.npz",
                database_codes=tied_codes(rng, 500, 48),
                query_codes=tied_codes(rng, 20, 48),
            )
            arguments = (
                f"search_index --workdir={folder} --sizes 500 --queries=20 "
                "--rounds=1 --k 3 30 --approximate ivf hnsw"
            )
            output = io.StringIO()
            with (
                mock.patch("sys.argv", arguments.split()),
                contextlib.redirect_stdout(output),
                contextlib.redirect_stderr(io.StringIO()),
            ):
                search_index.main()
        lines = output.getvalue().splitlines()
        for title in search_index.TABLES:
            self.assertIn(f"### {title}", lines)
        for name in ("trained, 500", "random, 500"):
            for cells in (7, 6, 9):
                found = [
                    line
                    for line in lines
                    if line.startswith(f"| {name} |")
                    and line.count("|") == cells + 1
                ]
                self.assertTrue(found, (name, cells))

    def test_noise_flips_its_share_of_bits(self):
        zeros = np.zeros((10, 6), np.uint8)
        rng = np.random.default_rng(0)
        found = search_index.flipped(zeros, 20_000, 0.05, rng)
        self.assertEqual(found.shape, (20_000, 6))
        share = np.unpackbits(found).mean()
        self.assertAlmostEqual(share, 0.05, delta=0.001)

    def test_natural_noise_restores_the_number_of_distinct_codes(self):
        rng = np.random.default_rng(0)
        packed = tied_codes(rng, 5000, 48, flips=0.01)
        noise = search_index.natural_noise(packed)
        # A tenth of the codes has this noise already, as the others have.
        self.assertGreater(noise, 0.005)
        self.assertLess(noise, 0.015)


if __name__ == "__main__":
    unittest.main()
