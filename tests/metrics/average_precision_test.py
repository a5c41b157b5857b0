"""Tests of average precision against every order of the ties."""

import itertools
import unittest

import numpy as np

from tests.metrics import oracle
from tf_dnnh.metrics.average_precision import (
    average_precision,
    mean_over_queries,
)

DENOMINATORS = ("retrieved", "min", "all")
SUMMARY = {"expected": np.mean, "best": np.max, "worst": np.min}


class HandWorkedTest(unittest.TestCase):
    def test_without_ties(self):
        # Relevant at ranks 1, 3 and 4: (1/1 + 2/3 + 3/4) / 3 = 29/36.
        items = np.array([[1, 1, 1, 1, 1]])
        relevant = np.array([[1, 0, 1, 1, 0]])
        for ties in SUMMARY:
            with self.subTest(ties=ties):
                value = average_precision(items, relevant, ties=ties)
                np.testing.assert_allclose(value, [29 / 36], rtol=1e-14)

    def test_one_tie(self):
        # 2 of 3 tied items are relevant, in places 12, 13 or 23:
        # (1 + 1) / 2, (1 + 2/3) / 2, (1/2 + 2/3) / 2 = 1, 5/6, 7/12.
        items, relevant = np.array([[0, 3]]), np.array([[0, 2]])
        for ties, wanted in {
            "best": 1,
            "worst": 7 / 12,
            "expected": (1 + 5 / 6 + 7 / 12) / 3,
        }.items():
            with self.subTest(ties=ties):
                value = average_precision(items, relevant, ties=ties)
                np.testing.assert_allclose(value, [wanted], rtol=1e-14)

    def test_collapsed_codes_score_the_share_of_relevant_items(self):
        # All at one distance, 10 % relevant; up to terms of log(n) / n.
        value = average_precision(
            np.array([[10**6, 0]]), np.array([[10**5, 0]])
        )
        self.assertAlmostEqual(value[0], 0.1, places=4)

    def test_denominators_at_two(self):
        # Relevant at ranks 1, 3, 4; the top 2 find one: 1/1 over 1, 2, 3.
        items = np.array([[1, 1, 1, 1]])
        relevant = np.array([[1, 0, 1, 1]])
        for denominator, wanted in zip(
            DENOMINATORS, (1, 1 / 2, 1 / 3), strict=True
        ):
            with self.subTest(denominator=denominator):
                value = average_precision(
                    items, relevant, top_n=2, denominator=denominator
                )
                np.testing.assert_allclose(value, [wanted], rtol=1e-14)

    def test_a_tie_cut_in_two(self):
        # One of 2 tied items is relevant and one of them makes the top 2,
        # behind a relevant item at rank 1: with it (1/1 + 2/2) / 2, without
        # it 1/1 / 1. The divisor follows the order: 1 both times.
        items, relevant = np.array([[1, 2]]), np.array([[1, 1]])
        for ties in SUMMARY:
            value = average_precision(items, relevant, top_n=2, ties=ties)
            np.testing.assert_allclose(value, [1], rtol=1e-14)
        # By all relevant items: (1 + 1) / 2 and (1 + 0) / 2.
        value = average_precision(items, relevant, top_n=2, denominator="all")
        np.testing.assert_allclose(value, [3 / 4], rtol=1e-14)

    def test_finding_more_can_lower_the_retrieved_average(self):
        # 1 relevant item, 8 others, then a tie of 2 with 1 relevant, cut
        # after rank 10: (1 + 2/10) / 2 with it, 1 without it.
        items = np.array([[1, 8, 2]])
        relevant = np.array([[1, 0, 1]])
        for ties, wanted in {
            "best": 1,
            "worst": 0.6,
            "expected": 0.8,
        }.items():
            with self.subTest(ties=ties):
                value = average_precision(items, relevant, top_n=10, ties=ties)
                np.testing.assert_allclose(value, [wanted], rtol=1e-14)


class OracleTest(unittest.TestCase):
    def test_every_order_of_small_rankings(self):
        rng = np.random.default_rng(0)
        for case in range(60):
            size = int(rng.integers(1, 10))
            distances = rng.integers(0, 4, size).tolist()
            relevant = (rng.random(size) < 0.5).tolist()
            items, hits = oracle.histograms([distances], [relevant], bits=3)
            ranked = list(oracle.orders(distances, relevant))
            for top_n, denominator, ties in itertools.product(
                (None, 1, 2, 3, 5, 8, 20), DENOMINATORS, SUMMARY
            ):
                outcomes = [
                    oracle.average_precision(order, top_n, denominator)
                    for order in ranked
                ]
                value = average_precision(
                    items,
                    hits,
                    top_n=top_n,
                    ties=ties,
                    denominator=denominator,
                )
                with self.subTest(
                    case=case, n=top_n, ties=ties, denominator=denominator
                ):
                    np.testing.assert_allclose(
                        value, [SUMMARY[ties](outcomes)], atol=1e-13
                    )

    def test_rows_do_not_depend_on_each_other(self):
        rng = np.random.default_rng(1)
        items = rng.integers(0, 50, (3000, 13))
        relevant = rng.binomial(items, 0.3)
        together = average_precision(items, relevant, top_n=100)
        for row in (0, 1023, 1024, 2999):
            alone = average_precision(
                items[row : row + 1], relevant[row : row + 1], top_n=100
            )
            self.assertAlmostEqual(together[row], alone[0], places=14)

    def test_a_random_order_of_a_large_ranking_is_within_the_bounds(self):
        rng = np.random.default_rng(2)
        distances = rng.binomial(12, 0.4, 5000)
        relevant = rng.random(5000) < 0.5 - distances / 30
        items, hits = oracle.histograms([distances], [relevant], bits=12)
        for top_n in (None, 700):
            drawn = []
            for _ in range(200):
                order = rng.permutation(5000)
                order = order[np.argsort(distances[order], kind="stable")]
                drawn.append(
                    oracle.average_precision(
                        relevant[order].tolist(), top_n, "retrieved"
                    )
                )
            expected, best, worst = (
                average_precision(items, hits, top_n=top_n, ties=ties)[0]
                for ties in SUMMARY
            )
            self.assertLess(worst, min(drawn))
            self.assertGreater(best, max(drawn))
            error = np.std(drawn) / np.sqrt(len(drawn))
            self.assertLess(abs(expected - np.mean(drawn)), 4 * error)


class EdgeTest(unittest.TestCase):
    def test_no_relevant_item(self):
        items, relevant = np.array([[2, 3]]), np.array([[0, 0]])
        for top_n, ties, denominator in itertools.product(
            (None, 1, 9), SUMMARY, DENOMINATORS
        ):
            value = average_precision(
                items,
                relevant,
                top_n=top_n,
                ties=ties,
                denominator=denominator,
            )
            self.assertEqual(value.tolist(), [0.0])

    def test_an_empty_database(self):
        zero = np.zeros((2, 5), int)
        self.assertEqual(average_precision(zero, zero).tolist(), [0, 0])

    def test_queries_without_relevant_items_count_or_not(self):
        relevant = np.array([[1, 0], [0, 0]])
        values = np.array([0.5, 0.0])
        self.assertEqual(mean_over_queries(values, relevant), 0.25)
        self.assertEqual(mean_over_queries(values, relevant, "skip"), 0.5)
        with self.assertRaisesRegex(ValueError, "no query has a relevant"):
            mean_over_queries(values[1:], relevant[1:], "skip")

    def test_unknown_options_name_what_is_allowed(self):
        one = np.ones((1, 2), int)
        for options, message in (
            ({"ties": "mean"}, r"`ties` must be one of \['expected'"),
            ({"denominator": "n"}, "`denominator` must be one of .*: n$"),
            ({"top_n": 0}, "`top_n` must be 1 or more.*Received: 0"),
        ):
            with self.assertRaisesRegex(ValueError, message):
                average_precision(one, one, **options)
        with self.assertRaisesRegex(ValueError, "`no_relevant` must be"):
            mean_over_queries(np.ones(1), one, "drop")


if __name__ == "__main__":
    unittest.main()
