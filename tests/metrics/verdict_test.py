"""Tests of the grade that a set of codes gets for its ranking."""

import unittest

import numpy as np

from tf_dnnh import codes, metrics
from tf_dnnh.metrics.verdict import chance_of, verdict

HEALTH = {
    "grade": "healthy",
    "reasons": [],
    "balance": [0.5] * 48,
    "effective_bits": 9.0,
    "distinct_codes": 500,
}


def grade(score: float = 0.6, unseen: float | None = None, **health):
    result = verdict(HEALTH | health, 10, 0.1, score, unseen)
    return result["grade"], " ".join(result["reasons"])


class VerdictTest(unittest.TestCase):
    def test_good_codes_are_healthy(self):
        self.assertEqual(grade(), ("healthy", ""))
        self.assertEqual(grade(unseen=0.55), ("healthy", ""))

    def test_a_ranking_close_to_chance_is_weak(self):
        # Chance is 0.1: 0.27 is 0.17 / 0.9, less than a fifth of the way.
        found, reasons = grade(score=0.27)
        self.assertEqual(found, "weak")
        self.assertIn("MAP 0.270 is close to that of a random order", reasons)
        self.assertEqual(grade(score=0.29)[0], "healthy")

    def test_a_random_order_is_collapsed(self):
        found, reasons = grade(score=0.11)
        self.assertEqual(found, "collapsed")
        self.assertIn("no better than", reasons)

    def test_images_learnt_by_heart(self):
        # Over chance, 0.35 is 0.25 of 0.5; three quarters are asked for.
        found, reasons = grade(unseen=0.35)
        self.assertEqual(found, "weak")
        self.assertIn("MAP 0.350 instead of 0.600", reasons)
        self.assertEqual(grade(unseen=0.48)[0], "healthy")

    def test_few_independent_bits(self):
        found, reasons = grade(effective_bits=4.4)
        self.assertEqual(found, "weak")
        self.assertIn("as much as 4.4 independent ones", reasons)
        self.assertEqual(grade(effective_bits=4.6)[0], "healthy")

    def test_fewer_codes_than_classes(self):
        self.assertIn("9 distinct codes, fewer", grade(distinct_codes=9)[1])

    def test_reasons_of_the_bits_come_first(self):
        found, reasons = grade(score=0.2, grade="weak", reasons=["Bits."])
        self.assertEqual(found, "weak")
        self.assertTrue(reasons.startswith("Bits. MAP"))

    def test_chance_is_the_mean_share_of_relevant_items(self):
        items = np.array([[2, 2], [4, 0]])
        relevant = np.array([[1, 0], [1, 1]])
        self.assertEqual(chance_of(items, relevant), (0.25 + 0.5) / 2)

    def test_evaluation_grades_the_ranking(self):
        random = np.random.default_rng(0)
        bits = random.integers(0, 2, [400, 32], np.uint8)
        labels = np.arange(400) % 10
        packed = codes.pack(bits)
        found = metrics.evaluate(
            packed[:50], packed, labels[:50], labels, 32, relaxed=bits
        )["bit_health"]
        self.assertEqual(found["grade"], "weak")
        self.assertIn("random order, 0.100", found["reasons"][-1])


class EffectiveBitsTest(unittest.TestCase):
    def test_copies_count_once(self):
        random = np.random.default_rng(0)
        bits = random.integers(0, 2, [4000, 4], np.uint8)
        four = metrics.bit_health(codes.pack(bits), 4)["effective_bits"]
        self.assertAlmostEqual(four, 4, delta=0.05)
        twice = np.repeat(bits, 2, axis=1)
        eight = metrics.bit_health(codes.pack(twice), 8)["effective_bits"]
        self.assertAlmostEqual(eight, four, places=6)

    def test_constant_bits_count_nothing(self):
        packed = np.zeros([10, 1], np.uint8)
        self.assertEqual(metrics.bit_health(packed, 8)["effective_bits"], 0)


if __name__ == "__main__":
    unittest.main()
