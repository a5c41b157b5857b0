"""Tests of the dictionary of metrics, key by key."""

import json
import unittest

import numpy as np

from tests.metrics import oracle
from tf_dnnh.metrics.average_precision import average_precision
from tf_dnnh.metrics.evaluate import conventions, evaluate, histogram_metrics
from tf_dnnh.metrics.histograms import distance_histograms
from tf_dnnh.metrics.mean_average_precision import mean_average_precision

KEYS = {
    "map",
    "map_best_ties",
    "map_worst_ties",
    "map_at_1000",
    "map_at_5000",
    "precision_at_100",
    "precision_at_1000",
    "precision_radius_2",
    "recall_radius_2",
    "empty_radius_2",
}


class EvaluateTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.data = oracle.random_case(0, 15, 1400, bits=12)
        cls.metrics = evaluate(*cls.data, bits=12)

    def test_keys_and_types(self):
        self.assertEqual(set(self.metrics), KEYS)
        for key, value in self.metrics.items():
            with self.subTest(key=key):
                self.assertIs(type(value), float)
                self.assertBetween(value, 0, 1)
        json.dumps(self.metrics, allow_nan=False)

    def assertBetween(self, value, low, high):  # noqa: N802
        self.assertLessEqual(low, value)
        self.assertLessEqual(value, high)

    def test_maps(self):
        for key, options in {
            "map": {},
            "map_best_ties": {"ties": "best"},
            "map_worst_ties": {"ties": "worst"},
            "map_at_1000": {"top_n": 1000},
            "map_at_5000": {"top_n": 5000},
        }.items():
            with self.subTest(key=key):
                wanted = mean_average_precision(*self.data, **options)
                self.assertAlmostEqual(self.metrics[key], wanted, places=14)
        self.assertBetween(
            self.metrics["map"],
            self.metrics["map_worst_ties"],
            self.metrics["map_best_ties"],
        )

    def test_precision_among_the_first(self):
        distances = np.array(oracle.distances(*self.data[:2]))
        relevant = np.array(oracle.relevance(*self.data[2:]))
        rng = np.random.default_rng(0)
        for top_n in (100, 1000):
            drawn = []
            for _ in range(300):
                order = rng.permutation(1400)
                rank = np.argsort(distances[:, order], axis=1, kind="stable")
                hits = np.take_along_axis(relevant[:, order], rank, axis=1)
                drawn.append(hits[:, :top_n].mean())
            error = np.std(drawn) / np.sqrt(len(drawn))
            value = self.metrics[f"precision_at_{top_n}"]
            self.assertLess(abs(value - np.mean(drawn)), 4 * error)

    def test_balls(self):
        inside = np.array(oracle.distances(*self.data[:2])) <= 2
        relevant = np.array(oracle.relevance(*self.data[2:]))
        found = (inside & relevant).sum(axis=1)
        count = inside.sum(axis=1)
        self.assertAlmostEqual(
            self.metrics["precision_radius_2"],
            np.mean(found / np.maximum(count, 1)),
        )
        self.assertAlmostEqual(
            self.metrics["recall_radius_2"],
            np.mean(found / relevant.sum(axis=1)),
        )
        self.assertEqual(self.metrics["empty_radius_2"], np.mean(count == 0))

    def test_an_empty_ball_has_precision_zero(self):
        # One query finds its equal, the other nothing within radius 2.
        queries = np.array([[0], [0b11111000]], np.uint8)
        database = np.array([[0]], np.uint8)
        metrics = evaluate(queries, database, [1, 1], [1], bits=5)
        self.assertEqual(metrics["precision_radius_2"], 0.5)
        self.assertEqual(metrics["recall_radius_2"], 0.5)
        self.assertEqual(metrics["empty_radius_2"], 0.5)

    def test_codes_shorter_than_the_radius(self):
        one_bit = np.array([[0], [128]], np.uint8)
        metrics = evaluate(one_bit, one_bit, [0, 1], [0, 1], bits=1)
        self.assertEqual(metrics["recall_radius_2"], 1)
        self.assertEqual(metrics["map"], 1)

    def test_the_protocols_own_length(self):
        at_50 = evaluate(*self.data, bits=12, map_top_n=50)
        for key, ties in (
            ("map", "expected"),
            ("map_best_ties", "best"),
            ("map_worst_ties", "worst"),
        ):
            wanted = mean_average_precision(*self.data, top_n=50, ties=ties)
            self.assertAlmostEqual(at_50[key], wanted, places=14)
        self.assertEqual(at_50["map_at_1000"], self.metrics["map_at_1000"])
        self.assertEqual(conventions(50)["map_top_n"], 50)

    def test_from_histograms_the_same(self):
        items, relevant = distance_histograms(*self.data, bits=12)
        self.assertEqual(histogram_metrics(items, relevant), self.metrics)

    def test_chunks_and_threads_agree(self):
        for chunk, threads in ((1, 2), (7, 1), (7, 3), (1400, 2)):
            metrics = evaluate(
                *self.data, bits=12, chunk=chunk, threads=threads
            )
            self.assertEqual(metrics, self.metrics)

    def test_a_set_against_itself(self):
        codes, labels = self.data[1][:200], self.data[3][:200]
        same = codes, codes, labels, labels
        items, relevant = distance_histograms(*same, bits=12, exclude_self=True)
        metrics = evaluate(*same, bits=12, exclude_self=True)
        wanted = average_precision(items, relevant).mean()
        self.assertAlmostEqual(metrics["map"], wanted, places=14)
        self.assertLess(metrics["map"], evaluate(*same, bits=12)["map"])

    def test_unseen_items_alone(self):
        seen = np.arange(1400) % 3 > 0
        alone = [self.data[0], self.data[1][~seen]]
        alone += [self.data[2], self.data[3][~seen]]
        for top_n in (None, 50):
            metrics = evaluate(*self.data, bits=12, seen=seen, map_top_n=top_n)
            wanted = mean_average_precision(*alone, top_n=top_n)
            self.assertAlmostEqual(metrics["map_unseen"], wanted, places=14)
            self.assertEqual(list(metrics)[:2], ["map", "map_unseen"])
            self.assertNotEqual(metrics.pop("map_unseen"), metrics["map"])
            others = evaluate(*self.data, bits=12, map_top_n=top_n)
            self.assertEqual(metrics, others)

    def test_unseen_label_sets(self):
        sets, seen = oracle.random_sets(0, 1415, 5), np.arange(1400) > 600
        data = *self.data[:2], sets[:15], sets[15:]
        metrics = evaluate(*data, bits=12, seen=seen, with_curves=True)
        wanted = mean_average_precision(
            data[0], data[1][~seen], data[2], data[3][~seen]
        )
        self.assertAlmostEqual(metrics.pop("map_unseen"), wanted, places=14)
        del metrics["curves"]
        self.assertEqual(metrics, evaluate(*data, bits=12))

    def test_all_or_no_items_unseen(self):
        nothing = np.zeros(1400, bool)
        metrics = evaluate(*self.data, bits=12, seen=nothing)
        self.assertEqual(metrics["map_unseen"], metrics["map"])
        metrics = evaluate(*self.data, bits=12, seen=~nothing)
        self.assertIsNone(metrics.pop("map_unseen"))
        self.assertEqual(metrics, self.metrics)

    def test_progress_counts_all_items_once(self):
        calls = []
        evaluate(
            *self.data,
            bits=12,
            seen=np.arange(1400) < 1000,
            chunk=500,
            progress=lambda *call: calls.append(call),
        )
        done = [400, 900, 1400]
        self.assertEqual(calls, [(n, 1400) for n in done])

    def test_wrong_marks_of_seen_items(self):
        for seen in (np.zeros(1399, bool), np.zeros(1400, int)):
            with self.assertRaisesRegex(ValueError, "`seen` must be bool"):
                evaluate(*self.data, bits=12, seen=seen)
        same = *[self.data[1]] * 2, *[self.data[3]] * 2
        with self.assertRaisesRegex(ValueError, "exclude_self=True"):
            evaluate(
                *same, bits=12, exclude_self=True, seen=np.zeros(1400, bool)
            )

    def test_label_sets_add_ndcg(self):
        sets = oracle.random_sets(0, 1415, 5)
        metrics = evaluate(*self.data[:2], sets[:15], sets[15:], bits=12)
        self.assertEqual(set(metrics), KEYS | {"ndcg_at_100"})
        wanted = mean_average_precision(*self.data[:2], sets[:15], sets[15:])
        self.assertAlmostEqual(metrics["map"], wanted, places=14)

    def test_no_relevant_item_at_all(self):
        metrics = evaluate(*self.data[:3], self.data[3] + 3, bits=12)
        for key in KEYS - {"empty_radius_2"}:
            self.assertEqual(metrics[key], 0)

    def test_relaxed_codes_add_bit_health(self):
        relaxed = np.full((1400, 12), 0.5)
        metrics = evaluate(*self.data, bits=12, relaxed=relaxed)
        self.assertEqual(metrics["bit_health"]["in_band"], 1)


if __name__ == "__main__":
    unittest.main()
