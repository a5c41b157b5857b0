"""Tests of the metrics on cases solved by tests/golden/make_metrics.py."""

import json
import pathlib
import unittest

import numpy as np

from tf_dnnh.metrics.evaluate import evaluate
from tf_dnnh.metrics.mean_average_precision import mean_average_precision
from tf_dnnh.metrics.ndcg import ndcg

GOLDEN = pathlib.Path(__file__).parent.parent / "golden" / "metrics.json"
SHARED_KEYS = ("precision_radius_2", "recall_radius_2", "empty_radius_2")


def packed(codes: list[str]) -> np.ndarray:
    return np.array([list(bytes.fromhex(code)) for code in codes], np.uint8)


class GoldenTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.cases = []
        for case in json.loads(GOLDEN.read_text(encoding="utf-8")):
            data = (
                packed(case["query_codes"]),
                packed(case["database_codes"]),
                np.array(case["query_labels"]),
                np.array(case["database_labels"]),
            )
            cls.cases.append((data, case["bits"], case["answers"]))

    def check(self, value: float, wanted: float, **case: object) -> None:
        with self.subTest(**case):
            self.assertAlmostEqual(value, wanted, places=12)

    def test_mean_average_precision(self):
        for data, bits, answers in self.cases:
            for ties in ("best", "worst", "stable"):
                value = mean_average_precision(*data, ties=ties)
                self.check(value, answers[f"map_{ties}"], bits=bits, ties=ties)
            for denominator in ("retrieved", "min", "all"):
                for top_n in (10, 50, 120):
                    value = mean_average_precision(
                        *data, top_n=top_n, denominator=denominator
                    )
                    key = f"map_{denominator}_{top_n}"
                    self.check(value, answers[key], bits=bits, key=key)

    def test_evaluate(self):
        for data, bits, answers in self.cases:
            metrics = evaluate(*data, bits)
            for key in SHARED_KEYS:
                self.check(metrics[key], answers[key], bits=bits, key=key)
            for key, other in {
                "map": "map_retrieved_120",
                "map_best_ties": "map_best",
                "map_worst_ties": "map_worst",
                "map_at_1000": "map_retrieved_120",
            }.items():
                self.check(metrics[key], answers[other], bits=bits, key=key)
            at_50 = evaluate(*data, bits, map_top_n=50)
            self.check(at_50["map"], answers["map_retrieved_50"], bits=bits)

    def test_ndcg(self):
        for data, bits, answers in self.cases:
            if data[2].ndim == 2:
                for top_n in (10, 100):
                    value = ndcg(*data, top_n=top_n)
                    self.check(value, answers[f"ndcg_{top_n}"], bits=bits)
                metrics = evaluate(*data, bits)
                self.check(metrics["ndcg_at_100"], answers["ndcg_100"])


if __name__ == "__main__":
    unittest.main()
