import unittest

import numpy as np

from tests.baselines.samples import blobs
from tf_dnnh.baselines import BRE
from tf_dnnh.baselines.bre import best_weight
from tf_dnnh.codes import hamming_distance


def cost(w: float, rest, column, pairs, costs) -> float:
    """Computes the costs of the pairs whose bits differ, one by one."""
    bits = rest + w * column >= 0
    return float(costs[bits[pairs[0]] != bits[pairs[1]]].sum())


class BestWeightTest(unittest.TestCase):
    def test_no_other_weight_is_better(self) -> None:
        rng = np.random.default_rng(0)
        for case in range(30):
            rest, column = rng.normal(size=[2, 12])
            column[rng.random(12) < 0.2] = 0.0
            pairs = rng.integers(12, size=[2, 40])
            costs = rng.normal(size=40)
            problem = rest, column, pairs, costs
            found = best_weight(*problem, present=0.3)
            # Between any two points where a bit may flip, and beyond.
            flips = np.sort(-rest[column != 0] / column[column != 0])
            between = (flips[1:] + flips[:-1]) / 2
            ends = [flips[0] - 1, flips[-1] + 1, 0.3]
            tried = [cost(w, *problem) for w in [*between, *ends]]
            with self.subTest(case=case):
                self.assertLessEqual(cost(found, *problem), min(tried) + 1e-9)

    def test_by_hand(self) -> None:
        # Bits 1 + w >= 0 and -3 + w >= 0 flip at -1 and at 3. A pair that
        # saves by differing needs w between them, in the middle: 1.
        rest, column = np.array([1.0, -3.0]), np.array([1.0, 1.0])
        pairs = np.array([[0], [1]])
        found = best_weight(rest, column, pairs, np.array([-1.0]), 9.0)
        self.assertEqual(found, 1.0)

    def test_stays_where_nothing_is_better(self) -> None:
        rest, column = np.array([1.0, -3.0]), np.array([1.0, 1.0])
        pairs = np.array([[0], [1]])
        found = best_weight(rest, column, pairs, np.array([1.0]), 9.0)
        self.assertEqual(found, 9.0)
        zero = np.zeros(2)
        found = best_weight(rest, zero, pairs, np.array([-1.0]), 0.25)
        self.assertEqual(found, 0.25)


class BRETest(unittest.TestCase):
    def test_distances_come_close_to_what_the_labels_want(self) -> None:
        x, labels = blobs(100, classes=2, spread=0.2)
        codes = BRE(8, anchors=10, pairs=1000).fit(x, labels).encode(x)
        distances = hamming_distance(codes[:, None], codes[None]) / 8
        same = labels[:, None] == labels[None]
        self.assertLess(distances[same].mean(), 0.02)
        self.assertGreater(distances[~same].mean(), 0.98)

    def test_without_labels_distances_follow_the_angles(self) -> None:
        rng = np.random.default_rng(0)
        x = rng.normal(size=[150, 4])
        codes = BRE(24, anchors=20, pairs=4000).fit(x).encode(x)
        distances = hamming_distance(codes[:, None], codes[None]) / 24
        unit = x - x.mean(axis=0)
        unit /= np.linalg.norm(unit, axis=1, keepdims=True)
        targets = (1 - unit @ unit.T) / 2
        upper = np.triu_indices(150, 1)
        correlation = np.corrcoef(distances[upper], targets[upper])[0, 1]
        self.assertGreater(correlation, 0.93)

    def test_sweeps_lower_the_error(self) -> None:
        x, labels = blobs(200, classes=5, spread=1.0)
        same = labels[:, None] == labels[None]
        errors = []
        for sweeps in (0, 1, 3):
            method = BRE(12, anchors=20, pairs=5000, sweeps=sweeps)
            codes = method.fit(x, labels).encode(x)
            distances = hamming_distance(codes[:, None], codes[None]) / 12
            square = np.square(distances - ~same)
            errors.append(square[same].mean() + square[~same].mean())
        self.assertLess(errors[1], 0.8 * errors[0])
        self.assertLessEqual(errors[2], errors[1])


if __name__ == "__main__":
    unittest.main()
