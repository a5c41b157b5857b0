"""Tests of the benchmark of the search page."""

import pathlib
import tempfile
import unittest

import numpy as np

from benchmarks import search_page
from tests.search.server.running import running
from tests.search.server.toy_collection import toy_collection
from tf_dnnh import codes
from tf_dnnh.search.collection import Collection


class SearchPageTest(unittest.TestCase):
    def test_the_index_repeats_codes_with_noise(self):
        run = toy_collection(20)
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            random = np.random.default_rng(0)
            search_page.make_index(folder, run, folder, 500, 0.05, random)
            made = Collection.open(folder)
            self.assertEqual(len(made), 500)
            first = [made.picture(id_) for id_ in (1, 21)]
            self.assertEqual(made.read(1), made.read(21))
            self.assertEqual(first[0].label, first[1].label)
            original = np.stack([p.code for p in run.pictures.listed()])
            distances = codes.hamming_distance(
                np.stack([made.picture(id_).code for id_ in range(1, 501)]),
                np.tile(self.in_order(made, run, original), (25, 1)),
            )
        self.assertAlmostEqual(distances.mean() / run.bits, 0.05, delta=0.01)

    def in_order(self, made, run, original) -> np.ndarray:
        """Returns the codes in the order in which files were written."""
        files = [run.read(id_)[0] for id_ in run.ids.tolist()]
        order = [files.index(made.read(id_)[0]) for id_ in range(1, 21)]
        return original[order]

    def test_every_request_is_sent_and_timed(self):
        collection = toy_collection()
        random = np.random.default_rng(0)
        kinds = search_page.kinds(collection, 60, random)
        with running(collection) as address:
            host = address.removeprefix("http://")
            for name, make in kinds.items():
                requests = [make() for _ in range(9)]
                if name != "search by upload":
                    # The toy's ids start at 5.
                    requests = [("GET", "/api/search?id=5", None)] * 9
                with self.subTest(kind=name):
                    times, rate = search_page.latencies(host, 2, requests)
                    self.assertEqual(len(times), 9)
                    self.assertGreater(rate, 0)

    def test_an_error_is_not_timed(self):
        with running(toy_collection()) as address:
            host = address.removeprefix("http://")
            with self.assertRaisesRegex(RuntimeError, "status 404"):
                search_page.latencies(host, 1, [("GET", "/gone", None)])


if __name__ == "__main__":
    unittest.main()
