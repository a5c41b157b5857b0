import itertools
import unittest

import numpy as np

from tests.baselines.samples import blobs
from tf_dnnh.baselines import MLH
from tf_dnnh.baselines.mlh import worst_codes
from tf_dnnh.codes import hamming_distance


class WorstCodesTest(unittest.TestCase):
    def test_equal_the_best_of_all_pairs_of_codes(self) -> None:
        rng = np.random.default_rng(0)
        every = np.array(list(itertools.product([-1.0, 1.0], repeat=4)))
        distance = (every[:, None] != every[None]).sum(axis=-1)
        a, b = rng.normal(size=[2, 40, 4])
        losses = 2 * rng.random([40, 5])
        g, h = worst_codes(a, b, losses)
        for i in range(40):
            scores = losses[i][distance]
            scores = scores + (every @ a[i])[:, None] + every @ b[i]
            own = losses[i][(g[i] != h[i]).sum()] + g[i] @ a[i] + h[i] @ b[i]
            self.assertAlmostEqual(own, scores.max())


class MLHTest(unittest.TestCase):
    def test_similar_items_come_within_the_radius_others_beyond(self) -> None:
        x, labels = blobs(200, classes=3, spread=0.2)
        method = MLH(12, radius=4, steps=1500).fit(x, labels)
        codes = method.encode(x)
        distances = hamming_distance(codes[:, None], codes[None])
        same = labels[:, None] == labels[None]
        self.assertGreater((distances[same] < 4).mean(), 0.99)
        self.assertGreater((distances[~same] > 4).mean(), 0.99)

    def test_the_radius_grows_with_the_code(self) -> None:
        self.assertEqual([MLH(b).radius for b in (1, 12, 48)], [1, 3, 12])
        self.assertEqual(MLH(12, radius=5).radius, 5)


if __name__ == "__main__":
    unittest.main()
