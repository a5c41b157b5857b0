"""Tests of groups of near-equal codes against a slow search."""

import unittest

import numpy as np

from tf_dnnh.codes import hamming_distance, pack
from tf_dnnh.search.duplicates import near_groups
from tf_dnnh.search.index import HammingIndex


def slow_groups(codes: np.ndarray, radius: int) -> set[frozenset[int]]:
    """Joins pictures one by one."""
    groups = {i: {i} for i in range(len(codes))}
    for i in range(len(codes)):
        for j in np.flatnonzero(hamming_distance(codes[i], codes) <= radius):
            joined = groups[i] | groups[int(j)]
            for member in joined:
                groups[member] = joined
    return {frozenset(g) for g in groups.values() if len(g) > 1}


class NearGroupsTest(unittest.TestCase):
    def test_equal_to_a_slow_search(self):
        random = np.random.default_rng(0)
        for bits, count in ((12, 60), (24, 40), (48, 50)):
            codes = pack(random.integers(0, 2, (count, bits)))
            codes[::3] = codes[0]
            index = HammingIndex(bits)
            index.add(codes, np.arange(count))
            for radius in (0, 1, 3, 8):
                with self.subTest(bits=bits, radius=radius):
                    found = near_groups(index, radius)
                    self.assertEqual(
                        {frozenset(ids.tolist()) for ids in found},
                        slow_groups(codes, radius),
                    )

    def test_largest_first_ids_sorted(self):
        index = HammingIndex(8)
        codes = np.array([[1], [255], [1], [255], [7], [1]], np.uint8)
        index.add(codes, np.array([60, 50, 40, 30, 20, 10]))
        groups = [ids.tolist() for ids in near_groups(index, 0)]
        self.assertEqual(groups, [[10, 40, 60], [30, 50]])

    def test_a_chain_is_one_group(self):
        index = HammingIndex(8)
        index.add(np.array([[0b0], [0b1], [0b11], [0b11110000]], np.uint8))
        groups = [ids.tolist() for ids in near_groups(index, 1)]
        self.assertEqual(groups, [[0, 1, 2]])

    def test_without_groups(self):
        index = HammingIndex(8)
        self.assertEqual(near_groups(index, 1), [])
        index.add(np.array([[0], [255]], np.uint8))
        self.assertEqual(near_groups(index, 1), [])


if __name__ == "__main__":
    unittest.main()
