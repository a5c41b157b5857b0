import unittest

import numpy as np

from tests.baselines.samples import blobs
from tf_dnnh.baselines import KSH, LabelSimilarity
from tf_dnnh.baselines.ksh import Residue, squared_distances
from tf_dnnh.baselines.projections import signs
from tf_dnnh.codes import unpack
from tf_dnnh.metrics import relevance


class KSHTest(unittest.TestCase):
    def test_one_bit_tells_what_no_line_can(self) -> None:
        # Exclusive or: two classes, each at two opposite corners of a square.
        rng = np.random.default_rng(0)
        corner = rng.integers(0, 2, [300, 2])
        x = corner + 0.1 * rng.normal(size=[300, 2])
        labels = corner[:, 0] ^ corner[:, 1]
        codes = KSH(1, anchors=60).fit(x[:200], labels[:200]).encode(x[200:])
        bits = unpack(codes, 1)[:, 0]
        right = float((bits == labels[200:]).mean())
        self.assertIn(right, (0.0, 1.0))

    def test_every_bit_brings_inner_products_closer_to_the_labels(self):
        x, labels = blobs(160, classes=4, spread=1.2)
        similarity = np.where(relevance(labels, labels), 1.0, -1.0)
        method = KSH(8, anchors=50).fit(x, labels)
        h = signs(method.logits(x))
        losses = [
            np.square(8 * similarity - h[:, :k] @ h[:, :k].T).sum()
            for k in range(9)
        ]
        self.assertTrue((np.diff(losses) < 0).all(), losses)

    def test_refinement_does_not_make_a_bit_worse(self) -> None:
        x, labels = blobs(160, classes=5, spread=1.5)
        similarity = np.where(relevance(labels, labels), 1.0, -1.0)
        agreements = []
        for iterations in (0, 200):
            method = KSH(1, anchors=40, iterations=iterations)
            h = signs(method.fit(x, labels).logits(x))[:, 0]
            agreements.append(h @ similarity @ h)
        self.assertGreaterEqual(agreements[1], agreements[0])

    def test_the_residue_equals_the_whole_matrix(self) -> None:
        rng = np.random.default_rng(0)
        labels = rng.integers(0, 3, 30)
        h = signs(rng.normal(size=[30, 2]))
        residue = Residue(LabelSimilarity(labels), 5)
        residue.take_off(h[:, 0])
        residue.take_off(h[:, 1])
        whole = 5 * np.where(relevance(labels, labels), 1, -1) - h @ h.T
        values = rng.normal(size=[30, 4])
        np.testing.assert_allclose(
            residue.times(values[:, 0]), whole @ values[:, 0]
        )
        np.testing.assert_allclose(
            residue.within(values), values.T @ whole @ values
        )

    def test_distances(self) -> None:
        rng = np.random.default_rng(0)
        x, y = rng.normal(size=[7, 3]), rng.normal(size=[5, 3])
        wanted = np.square(x[:, None] - y[None]).sum(axis=-1)
        np.testing.assert_allclose(squared_distances(x, y), wanted)

    def test_more_anchors_than_items_are_all_items(self) -> None:
        x, labels = blobs(20)
        self.assertEqual(len(KSH(2).fit(x, labels).centers), 20)

    def test_equal_rows_are_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "rows that differ"):
            KSH(2).fit(np.ones([4, 3]), [0, 1, 0, 1])


if __name__ == "__main__":
    unittest.main()
