"""Tests of the engines that an index of kind `auto` chooses."""

import unittest
from unittest import mock

import numpy as np

from tests.search.hamming.tied_codes import tied_codes
from tf_dnnh.search import HammingIndex
from tf_dnnh.search.hamming import engines
from tf_dnnh.search.hamming.cells import Cells
from tf_dnnh.search.hamming.flat_scan import FlatScan
from tf_dnnh.search.hamming.hash_table import HashTable


class AutoTest(unittest.TestCase):
    def setUp(self) -> None:
        self.packed = tied_codes(np.random.default_rng(0), 2000, 48)
        self.index = HammingIndex(48, "auto")
        self.index.add(self.packed)

    def engines(self) -> set[type]:
        """Returns the types of the engines that answered so far."""
        return {type(engine) for engine in self.index._engines.values()}

    def test_few_codes_are_compared(self):
        self.index.search(self.packed[:1], 3)
        self.index.range_search(self.packed[:1], 2)
        self.assertEqual(self.engines(), {FlatScan})
        self.assertTrue(self.index.is_exact)

    def test_many_codes_are_looked_up_within_its_radius(self):
        expected = self.index.range_search(self.packed[:50], 2)
        with mock.patch.object(engines, "_LOOKED_UP", 100):
            found = self.index.range_search(self.packed[:50], 2)
            self.assertEqual(self.engines(), {FlatScan, HashTable})
            for ours, theirs in zip(found, expected, strict=True):
                np.testing.assert_array_equal(ours, theirs)
            # Beyond its radius, they are compared.
            _, distances, _ = self.index.range_search(self.packed[:1], 48)
            self.assertEqual(len(distances), 2000)

    def test_very_many_codes_are_searched_approximately(self):
        with mock.patch.object(engines, "_SCANNED", 100):
            self.index.search(self.packed[:1], 3)
            self.assertEqual(self.engines(), {Cells})
            self.assertFalse(self.index.is_exact)


if __name__ == "__main__":
    unittest.main()
