"""Tests that wrong arguments are refused in one sentence."""

import subprocess
import sys
import unittest
from unittest import mock

import numpy as np

from tf_dnnh.search import HammingIndex, LinearIndex, SearchError

CODES = np.array([[0b11110000], [0b11111111]], np.uint8)


class ArgumentsTest(unittest.TestCase):
    def indexes(self) -> list[HammingIndex | LinearIndex]:
        """Returns one index of each class, with two codes."""
        made = [HammingIndex(8), LinearIndex(8)]
        for index in made:
            index.add(CODES)
        return made

    def test_default_ids_are_the_next_whole_numbers(self):
        for index in self.indexes():
            index.add(CODES[:1], [40])
            index.add(CODES)
            self.assertEqual(index.ids.tolist(), [0, 1, 40, 41, 42])

    def test_ids_that_cannot_be_added(self):
        for ids, message in (
            ([7, 1], "must be new, unless replace=True. Received: 1"),
            ([7, 7], "must all differ. Received twice: 7"),
            ([7], "same length. Received: 2 codes, 1 ids"),
            (["a", "b"], "whole numbers, as those in the index"),
            ([0.5, 1.5], "int64 .* Received: float64"),
            ([[7], [8]], r"Received: int64 \[2, 1\]"),
            ([True, False], "Received: bool"),
        ):
            for index in self.indexes():
                with self.subTest(ids=ids, index=index):
                    with self.assertRaisesRegex(SearchError, message):
                        index.add(CODES, ids)
                    self.assertEqual(index.ids.tolist(), [0, 1])

    def test_strings_need_ids(self):
        for index in (HammingIndex(8), LinearIndex(8)):
            index.add(CODES, ["b", "a"])
            with self.assertRaisesRegex(SearchError, "must be given"):
                index.add(CODES)

    def test_an_empty_index_takes_the_other_type_of_ids(self):
        for index in self.indexes():
            self.assertEqual(index.remove([0, 1, 2]), 2)
            index.add(CODES, ["b", "long name"])
            index.add(CODES[:1], ["a"])
            self.assertEqual(index.ids.tolist(), ["a", "b", "long name"])

    def test_wrong_codes(self):
        for codes, message in (
            (np.zeros((1, 2), np.uint8), r"uint8 \[n, 1\] .* uint8 \[1, 2\]"),
            (np.zeros((1, 1), np.int8), "Received: int8"),
            (np.zeros(1, np.uint8), r"Received: uint8 \[1\]"),
        ):
            for index in self.indexes():
                for method, number in (
                    (index.add, [0]),
                    (index.search, 1),
                    (index.range_search, 1),
                ):
                    with self.assertRaisesRegex(SearchError, message):
                        method(codes, number)

    def test_codes_with_more_bits(self):
        with self.assertRaisesRegex(SearchError, "end with 3 zero bits"):
            HammingIndex(5).add(CODES[1:])
        HammingIndex(5).add(CODES[:1])

    def test_wrong_numbers(self):
        for index in self.indexes():
            for k in (0, -1, 1.5, None):
                with self.assertRaisesRegex(SearchError, "`k` .* at least 1"):
                    index.search(CODES, k)
            with self.assertRaisesRegex(SearchError, "`radius` .* at least 0"):
                index.range_search(CODES, -1)
        for bits in (0, 65_536, 1.5):
            with self.assertRaisesRegex(SearchError, "`bits` .* most 65535"):
                HammingIndex(bits)

    def test_codes_of_unknown_ids(self):
        for index in self.indexes():
            with self.assertRaisesRegex(SearchError, "Received: 5"):
                index.codes_of([0, 5])

    def test_a_radius_beyond_that_of_a_hash_table(self):
        index = HammingIndex(8, "hash", radius=1)
        index.add(CODES)
        with self.assertRaisesRegex(SearchError, "at most 1, .* Received: 2"):
            index.range_search(CODES, 2)

    def test_kinds(self):
        with self.assertRaisesRegex(SearchError, "flat, hash, .* Received: x"):
            HammingIndex(8, "x")
        with mock.patch.dict("sys.modules", faiss=None):
            for kind in ("hash", "hnsw", "ivf"):
                with self.assertRaisesRegex(SearchError, "pip install"):
                    HammingIndex(8, kind)

    def test_faiss_waits_passively(self):
        program = (
            "import os, numpy as np\n"
            "from tf_dnnh.search import HammingIndex\n"
            "index = HammingIndex(8)\n"
            "index.add(np.zeros((3, 1), np.uint8))\n"
            "index.search(np.zeros((1, 1), np.uint8), 1)\n"
            "import sys; assert 'faiss' in sys.modules\n"
            "assert 'tensorflow' not in sys.modules\n"
            "assert os.environ['OMP_WAIT_POLICY'] == 'PASSIVE'\n"
        )
        subprocess.run([sys.executable, "-c", program], check=True)


if __name__ == "__main__":
    unittest.main()
