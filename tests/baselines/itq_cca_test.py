import unittest

import numpy as np

from tests.baselines.samples import blobs, one_hot
from tf_dnnh.baselines import ITQCCA
from tf_dnnh.baselines.itq_cca import canonical_directions
from tf_dnnh.codes import unpack


class ITQCCATest(unittest.TestCase):
    def test_looks_where_the_labels_are_not_where_the_variance_is(self):
        rng = np.random.default_rng(0)
        labels = np.arange(400) % 2
        x = rng.normal(size=[400, 5]) * [100, 1, 1, 1, 1]
        x[:, 3] += 10 * labels
        # The penalty is a share of the mean variance, mostly that of axis 0.
        method = ITQCCA(1, regularization=1e-6).fit(x, labels)
        bits = unpack(method.encode(x), 1)[:, 0]
        self.assertIn(int((bits == labels).sum()), (0, 400))

    def test_directions_of_two_classes_are_fishers(self) -> None:
        x, labels = blobs(300, features=6, classes=2, spread=1.0)
        centred = x - x.mean(axis=0)
        directions = canonical_directions(centred, one_hot(labels), 0.0)
        self.assertEqual(directions.shape, (6, 1))
        within = sum(
            np.cov(x[labels == c], rowvar=False) * (150 - 1) for c in (0, 1)
        )
        means = x[labels == 1].mean(axis=0) - x[labels == 0].mean(axis=0)
        fisher = np.linalg.solve(within, means)
        cosine = fisher @ directions[:, 0] / np.linalg.norm(fisher)
        cosine /= np.linalg.norm(directions)
        self.assertAlmostEqual(abs(cosine), 1, places=9)

    def test_projections_have_the_correlations_for_deviations(self) -> None:
        x, labels = blobs(300, features=6, classes=4, spread=1.0)
        sets = one_hot(labels)
        centred = x - x.mean(axis=0)
        directions = canonical_directions(centred, sets, 0.0)
        self.assertEqual(directions.shape, (6, 3))
        projected = centred @ directions
        # A canonical correlation is the multiple correlation of a direction
        # with the classes: the deviation of the class means over that of all.
        between = sets @ np.linalg.lstsq(sets, projected, rcond=None)[0]
        correlations = between.std(axis=0) / projected.std(axis=0)
        np.testing.assert_allclose(projected.std(axis=0), correlations)
        self.assertTrue((np.diff(correlations) <= 0).all())
        covariance = projected.T @ projected
        np.testing.assert_allclose(
            covariance, np.diag(np.diag(covariance)), atol=1e-9
        )

    def test_more_bits_than_directions_still_differ(self) -> None:
        x, labels = blobs()
        bits = unpack(ITQCCA(24).fit(x, labels).encode(x), 24)
        ones = bits.mean(axis=0)
        self.assertTrue(((ones > 0) & (ones < 1)).all())

    def test_labels_without_any_connection_are_refused(self) -> None:
        x, _ = blobs()
        with self.assertRaisesRegex(ValueError, "`labels` must differ"):
            ITQCCA(4).fit(x, np.zeros(len(x), int))


if __name__ == "__main__":
    unittest.main()
