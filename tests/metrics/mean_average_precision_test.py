"""Tests of MAP from codes and labels, and of the order of the database."""

import itertools
import unittest

import numpy as np

from tests.metrics import oracle
from tf_dnnh.metrics.mean_average_precision import mean_average_precision


def by_definition(data, top_n, denominator, summary):
    """Computes MAP, averaged over every order of the ties."""
    values = []
    for distances, relevant in zip(
        oracle.distances(*data[:2]), oracle.relevance(*data[2:]), strict=True
    ):
        values.append(
            summary([
                oracle.average_precision(order, top_n, denominator)
                for order in oracle.orders(distances, relevant)
            ])
        )  # fmt: skip
    return np.mean(values)


class MeanAveragePrecisionTest(unittest.TestCase):
    def test_every_order_of_small_databases(self):
        for seed, (top_n, denominator) in enumerate(
            itertools.product((None, 4), ("retrieved", "min", "all"))
        ):
            data = oracle.random_case(seed, 4, 10, bits=6)
            sets = oracle.random_sets(seed, 14, 4)
            for labels in (data[2:], (sets[:4], sets[4:])):
                case = *data[:2], *labels
                for ties, summary in (
                    ("expected", np.mean),
                    ("best", np.max),
                    ("worst", np.min),
                ):
                    value = mean_average_precision(
                        *case, top_n=top_n, ties=ties, denominator=denominator
                    )
                    wanted = by_definition(case, top_n, denominator, summary)
                    with self.subTest(seed=seed, ties=ties):
                        self.assertAlmostEqual(value, wanted, places=12)

    def test_the_order_of_the_database_decides_only_stable_ties(self):
        # A collapsed network: one code for all.
        codes = np.zeros((100, 2), np.uint8)
        queries, labels = codes[:10], np.arange(10)
        classes = np.repeat(np.arange(10), 10)
        shuffled = np.random.default_rng(0).permutation(classes)
        expected, stable = (
            [
                mean_average_precision(queries, codes, labels, c, ties=ties)
                for c in (classes, shuffled)
            ]
            for ties in ("expected", "stable")
        )
        self.assertEqual(expected[0], expected[1])
        self.assertAlmostEqual(expected[0], 0.14, places=2)
        # Class c lies at ranks 10 c + 1 to 10 c + 10 once sorted.
        wanted = np.mean(
            [k / (10 * c + k) for c in range(10) for k in range(1, 11)]
        )
        self.assertAlmostEqual(stable[0], wanted, places=12)
        self.assertNotAlmostEqual(stable[0], stable[1], places=2)

    def test_stable_is_the_order_of_a_stable_sort(self):
        for seed, chunk in enumerate((1, 7, 64, 1000)):
            data = oracle.random_case(seed, 9, 150, bits=8)
            distances = np.array(oracle.distances(*data[:2]))
            relevant = np.array(oracle.relevance(*data[2:]))
            order = np.argsort(distances, axis=1, kind="stable")
            ranked = np.take_along_axis(relevant, order, axis=1).tolist()
            for top_n, denominator in itertools.product(
                (None, 20), ("retrieved", "min", "all")
            ):
                wanted = [
                    oracle.average_precision(r, top_n, denominator)
                    for r in ranked
                ]
                value = mean_average_precision(
                    *data,
                    ties="stable",
                    top_n=top_n,
                    denominator=denominator,
                    chunk=chunk,
                )
                with self.subTest(chunk=chunk, n=top_n, by=denominator):
                    self.assertAlmostEqual(value, np.mean(wanted), places=12)

    def test_chunks_and_threads_agree(self):
        data = oracle.random_case(7, 12, 60, bits=16)
        for ties in ("expected", "best", "worst", "stable"):
            values = {
                mean_average_precision(
                    *data, ties=ties, top_n=25, chunk=chunk, threads=threads
                )
                for chunk, threads in itertools.product((1, 7, 60), (1, 3))
            }
            with self.subTest(ties=ties):
                self.assertLess(max(values) - min(values), 1e-14)

    def test_queries_without_relevant_items(self):
        data = oracle.random_case(8, 6, 30, bits=8)
        labels = data[2].copy()
        labels[:2] = 9  # A class the database does not have.
        case = *data[:2], labels, data[3]
        zero = mean_average_precision(*case)
        skip = mean_average_precision(*case, no_relevant="skip")
        self.assertAlmostEqual(zero, skip * 4 / 6, places=14)

    def test_unknown_options(self):
        data = oracle.random_case(9, 2, 5, bits=8)
        for options in (
            {"ties": "random"},
            {"denominator": "n"},
            {"no_relevant": "nan"},
            {"top_n": -1},
            {"ties": "stable", "denominator": "n"},
            {"ties": "stable", "top_n": 0},
        ):
            name = list(options)[-1]
            with self.assertRaisesRegex(ValueError, f"`{name}` must be"):
                mean_average_precision(*data, **options)


if __name__ == "__main__":
    unittest.main()
