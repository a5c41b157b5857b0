"""Tests of the scan over all pairs: its order, errors and memory."""

import threading
import tracemalloc
import unittest

import numpy as np

from tests.metrics import oracle
from tf_dnnh.metrics.histograms import distance_histograms
from tf_dnnh.metrics.scan import code_words, scan


class ScanTest(unittest.TestCase):
    def test_each_query_meets_the_database_in_its_order(self):
        data = oracle.random_case(0, 9, 25, bits=12)
        met = [[] for _ in range(9)]
        lock = threading.Lock()

        def visit(start, distances, shared):
            with lock:
                for row, (distance, hit) in enumerate(
                    zip(distances.tolist(), shared.tolist(), strict=True)
                ):
                    met[start + row] += zip(distance, hit, strict=True)

        scan(*data, 12, visit, chunk=4, threads=3)
        distances = oracle.distances(*data[:2])
        relevant = oracle.relevance(*data[2:])
        for row in range(9):
            wanted = list(zip(distances[row], relevant[row], strict=True))
            self.assertEqual(met[row], wanted)

    def test_an_error_on_a_thread_surfaces(self):
        def visit(*_):
            raise RuntimeError("disk full")

        for threads in (1, 2):
            with self.assertRaisesRegex(RuntimeError, "disk full"):
                scan(
                    *oracle.random_case(1, 2, 3, bits=8),
                    8,
                    visit,
                    threads=threads,
                )

    def test_memory_is_flat_in_the_database(self):
        peaks = []
        for size in (200_000, 800_000):
            data = oracle.random_case(2, 4, size, bits=48)
            tracemalloc.start()
            # One thread: with two, chance decides whose arrays coexist.
            distance_histograms(*data, bits=48, threads=1)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        self.assertLess(peaks[1], 1.05 * peaks[0])
        self.assertLess(peaks[1], 5e6)


class CodeWordsTest(unittest.TestCase):
    def test_one_word_where_a_code_fits(self):
        for length, shape, dtype in (
            (1, (1, 3), np.uint8),
            (2, (1, 3), np.uint16),
            (3, (1, 3), np.uint32),
            (6, (1, 3), np.uint64),
            (9, (2, 3), np.uint64),
        ):
            words = code_words(np.full((3, length), 255, np.uint8))
            self.assertEqual((words.shape, words.dtype), (shape, dtype))
            total = np.bitwise_count(words).sum(axis=0)
            self.assertEqual(total.tolist(), [8 * length] * 3)


if __name__ == "__main__":
    unittest.main()
