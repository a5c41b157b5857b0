import unittest

import numpy as np

from tf_dnnh.baselines import LabelSimilarity
from tf_dnnh.baselines.cnnh import similarity_codes, sweep
from tf_dnnh.metrics import relevance


def loss(codes: np.ndarray, labels: np.ndarray) -> float:
    """Computes ||S - H H^T / bits||^2."""
    similar = np.where(relevance(labels, labels), 1.0, -1.0)
    return float(np.square(similar - codes @ codes.T / codes.shape[1]).sum())


class SimilarityCodesTest(unittest.TestCase):
    def test_two_classes_get_opposite_codes(self) -> None:
        labels = np.arange(20) % 2
        codes = similarity_codes(labels, 6)
        self.assertEqual((codes.dtype, codes.shape), (np.uint8, (20, 6)))
        self.assertEqual(len(np.unique(codes, axis=0)), 2)
        np.testing.assert_array_equal(codes[0], 1 - codes[1])

    def test_classes_get_codes_of_their_own_far_apart(self) -> None:
        labels = np.arange(100) % 4
        codes = similarity_codes(labels, 16).astype(int)
        for c in range(4):
            self.assertEqual(len(np.unique(codes[labels == c], axis=0)), 1)
        apart = (codes[:4, None] != codes[None, :4]).sum(axis=-1)
        # Four codes cannot be further apart on average than 2/3 of the bits.
        self.assertGreater(apart[np.triu_indices(4, 1)].mean(), 0.6 * 16)

    def test_sweeps_lower_the_loss(self) -> None:
        rng = np.random.default_rng(0)
        for labels in (
            rng.integers(0, 3, 25),
            rng.integers(0, 2, [25, 4]).astype(np.uint8),
        ):
            codes = rng.uniform(-1, 1, [25, 5])
            losses = [loss(codes, labels)]
            for _ in range(4):
                sweep(codes, LabelSimilarity(labels), rng)
                losses.append(loss(codes, labels))
                self.assertLessEqual(np.abs(codes).max(), 1)
            self.assertLess(losses[1], 0.9 * losses[0])
            self.assertTrue((np.diff(losses) < 1e-6).all(), losses)

    def test_a_step_is_newtons(self) -> None:
        # One element, with numerical derivatives of the loss.
        labels = np.array([0, 1, 0, 1, 1])
        start = np.array([[0.3], [-0.7], [0.9], [-0.4], [0.8]])
        moved = start.copy()
        order = _Ordered()
        sweep(moved, LabelSimilarity(labels), order)
        small = 1e-4

        def at(value: float) -> float:
            return loss(np.concatenate([[[value]], start[1:]]), labels)

        low, here, high = at(0.3 - small), at(0.3), at(0.3 + small)
        slope = (high - low) / (2 * small)
        curve = (high - 2 * here + low) / small**2
        wanted = np.clip(0.3 - slope / curve, -1, 1)
        self.assertAlmostEqual(moved[0, 0], wanted, places=5)


class _Ordered:
    """A random generator that keeps the order."""

    def permutation(self, count: int) -> np.ndarray:
        return np.arange(count)


if __name__ == "__main__":
    unittest.main()
