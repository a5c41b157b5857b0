"""Tests of counts by distance, however the database is divided."""

import itertools
import unittest

import numpy as np

from tests.metrics import oracle
from tf_dnnh.metrics.histograms import (
    distance_histograms,
    shared_label_histograms,
)


class DistanceHistogramsTest(unittest.TestCase):
    def test_by_hand(self):
        # Distances 0, 1, 3 and 2; the second and the last share class 4.
        queries = np.array([[0b10100000]], np.uint8)
        database = np.array([[0b10100000], [0b10000000], [0b01000000],
                             [0b01100000]], np.uint8)  # fmt: skip
        items, relevant = distance_histograms(
            queries, database, np.array([4]), np.array([1, 4, 2, 4]), bits=3
        )
        self.assertEqual(items.tolist(), [[1, 1, 1, 1]])
        self.assertEqual(relevant.tolist(), [[0, 1, 1, 0]])
        self.assertEqual(items.dtype, np.int64)

    def test_every_length_of_code(self):
        for bits in (1, 3, 8, 12, 16, 24, 32, 48, 64, 65, 128, 192, 256, 400):
            data = oracle.random_case(bits, 5, 31, bits)
            distances = oracle.distances(*data[:2])
            wanted = oracle.histograms(
                distances, oracle.relevance(*data[2:]), bits
            )
            with self.subTest(bits=bits):
                for got, want in zip(
                    distance_histograms(*data, bits), wanted, strict=True
                ):
                    np.testing.assert_array_equal(got, want)

    def test_opposite_codes_of_256_bits_do_not_wrap(self):
        zero, one = np.zeros((1, 32), np.uint8), np.full((1, 32), 255, np.uint8)
        items, _ = distance_histograms(zero, one, [0], [0], bits=256)
        self.assertEqual(items[0, 256], 1)

    def test_label_sets(self):
        data = oracle.random_case(0, 6, 40, bits=12)[:2]
        labels = oracle.random_sets(0, 6, 21), oracle.random_sets(1, 40, 21)
        wanted = oracle.histograms(
            oracle.distances(*data), oracle.relevance(*labels), bits=12
        )
        got = distance_histograms(*data, *labels, bits=12)
        np.testing.assert_array_equal(got, wanted)

    def test_chunks_and_threads_agree(self):
        data = oracle.random_case(1, 11, 90, bits=24)
        wanted = distance_histograms(*data, bits=24)
        for chunk, threads in itertools.product((1, 7, 90, 1000), (1, 2, 5)):
            with self.subTest(chunk=chunk, threads=threads):
                got = distance_histograms(
                    *data, bits=24, chunk=chunk, threads=threads
                )
                np.testing.assert_array_equal(got, wanted)

    def test_blocks_long_enough_to_count_in_pairs(self):
        # Pairs are counted from 2 * 5 * 256 items on, an odd one apart.
        for size in (2559, 2560, 2561, 100_003):
            data = oracle.random_case(size, 2, size, bits=4)
            distances = np.bitwise_count(data[0] ^ data[1].T)
            same = data[2][:, None] == data[3]
            items, relevant = distance_histograms(*data, bits=4)
            with self.subTest(size=size):
                for row in range(2):
                    np.testing.assert_array_equal(
                        items[row], np.bincount(distances[row], minlength=5)
                    )
                    np.testing.assert_array_equal(
                        relevant[row],
                        np.bincount(distances[row][same[row]], minlength=5),
                    )

    def test_nobody_finds_itself(self):
        packed = oracle.random_case(2, 20, 1, bits=6)[0]
        single = np.arange(20) % 3
        for labels in (single, oracle.random_sets(3, 20, 5)):
            distances = oracle.distances(packed, packed)
            relevant = oracle.relevance(labels, labels)
            for row in range(20):
                del distances[row][row], relevant[row][row]
            wanted = oracle.histograms(distances, relevant, bits=6)
            got = distance_histograms(
                packed, packed, labels, labels, bits=6, exclude_self=True
            )
            np.testing.assert_array_equal(got, wanted)

    def test_self_needs_the_same_set(self):
        data = oracle.random_case(4, 5, 5, bits=8)
        with self.assertRaisesRegex(ValueError, "`exclude_self` needs"):
            distance_histograms(*data, bits=8, exclude_self=True)

    def test_reports_progress(self):
        data = oracle.random_case(5, 3, 10, bits=8)
        calls = []
        distance_histograms(
            *data, 8, chunk=4, progress=lambda *call: calls.append(call)
        )
        self.assertEqual(calls, [(4, 10), (8, 10), (10, 10)])


class SharedLabelHistogramsTest(unittest.TestCase):
    def test_against_the_oracle(self):
        packed = oracle.random_case(6, 4, 30, bits=10)[:2]
        labels = oracle.random_sets(4, 4, 9), oracle.random_sets(5, 30, 9)
        levels = labels[0].sum(axis=1).max() + 1
        wanted = np.zeros((4, levels, 11), int)
        distances = oracle.distances(*packed)
        shared = labels[0].astype(int) @ labels[1].T
        for row, column in np.ndindex(4, 30):
            wanted[row, shared[row, column], distances[row][column]] += 1
        got = shared_label_histograms(*packed, *labels, bits=10)
        np.testing.assert_array_equal(got, wanted)

    def test_single_labels_have_two_levels(self):
        data = oracle.random_case(7, 4, 30, bits=10)
        counts = shared_label_histograms(*data, bits=10)
        items, relevant = distance_histograms(*data, bits=10)
        np.testing.assert_array_equal(counts.sum(axis=1), items)
        np.testing.assert_array_equal(counts[:, 1], relevant)

    def test_a_query_loses_as_many_labels_as_it_has(self):
        packed = oracle.random_case(8, 5, 1, bits=8)[0]
        labels = np.array([[1, 1, 1], [1, 0, 0], [0, 0, 0], [0, 1, 1],
                           [1, 0, 1]])  # fmt: skip
        sets = packed, packed, labels, labels
        without = shared_label_histograms(*sets, bits=8, exclude_self=True)
        lost = shared_label_histograms(*sets, bits=8) - without
        wanted = np.zeros((5, 4, 9), int)
        wanted[np.arange(5), [3, 1, 0, 2, 2], 0] = 1
        np.testing.assert_array_equal(lost, wanted)


class RefusalTest(unittest.TestCase):
    def test_names_the_argument_and_what_came(self):
        codes = np.zeros((2, 2), np.uint8)
        labels = np.zeros(2, int)
        padded = np.array([[0, 0], [0, 1]], np.uint8)
        for arguments, message in (
            ((codes, codes, labels, labels[:1], 16), "1 labels, 2 codes"),
            ((codes, codes[:, :1], labels, labels, 16), "bits=16, 1 bytes"),
            ((codes, codes, labels, labels, 17), "`query_codes` must hold"),
            ((codes, codes, labels, labels, 0), "`bits` must be at least 1"),
            ((codes, padded, labels, labels, 15), "zero past `bits`"),
            ((codes * 1.0, codes, labels, labels, 16), "float64"),
            ((codes, codes[:0], labels, labels[:0], 16), "n >= 1"),
            ((codes, codes, labels, labels[:, None], 16), "same classes"),
        ):
            with (
                self.subTest(message),
                self.assertRaisesRegex(ValueError, message),
            ):
                distance_histograms(*arguments)

    def test_walking_options(self):
        data = oracle.random_case(9, 2, 3, bits=8)
        for name in ("chunk", "threads"):
            with self.assertRaisesRegex(ValueError, f"`{name}` must be 1"):
                distance_histograms(*data, 8, **{name: 0})


if __name__ == "__main__":
    unittest.main()
