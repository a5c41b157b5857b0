import importlib.util
import itertools
import unittest

import numpy as np

from tests.baselines.samples import blobs
from tf_dnnh.baselines import ITQ
from tf_dnnh.baselines.projections import (
    principal_axes,
    quantization_rotation,
    random_rotation,
    signs,
)
from tf_dnnh.codes import hamming_distance


class ITQTest(unittest.TestCase):
    def test_finds_a_turned_hypercube(self) -> None:
        # Points around the corners of a rotated cube: the rotation with the
        # least loss turns it back, and codes are corners.
        rng = np.random.default_rng(0)
        corners = np.array(list(itertools.product([-1.0, 1.0], repeat=3)))
        which = np.repeat(np.arange(8), 40)
        turn = np.linalg.qr(rng.normal(size=[3, 3]))[0]
        x = (corners[which] + 0.05 * rng.normal(size=[320, 3])) @ turn + 9
        found = [ITQ(3, seed=s).fit(x).encode(x) for s in range(5)]
        perfect = 0
        for codes in found:
            distances = hamming_distance(codes[:, None], codes[None])
            wanted = (corners[which][:, None] != corners[which][None]).sum(-1)
            perfect += np.array_equal(distances, wanted)
        # It may stop at a local optimum; most starts do not.
        self.assertGreaterEqual(perfect, 3)

    def test_loses_less_than_the_rotation_it_starts_from(self) -> None:
        x, _ = blobs(300)

        def loss(method: ITQ) -> float:
            logits = method.fit(x).logits(x)
            return float(np.square(signs(logits) - logits).sum())

        self.assertLess(loss(ITQ(8)), 0.95 * loss(ITQ(8, iterations=0)))

    @unittest.skipUnless(importlib.util.find_spec("faiss"), "needs faiss")
    def test_loses_no_more_than_the_rotation_of_faiss(self) -> None:
        # Not the same rotation: faiss rotates by U V where the decomposition
        # U S V^T calls for U V^T, so that its loss sometimes rises.
        import faiss

        x, _ = blobs(1000)
        centred = x - x.mean(axis=0)
        v = (centred @ principal_axes(centred, 12)).astype(np.float32)
        start = random_rotation(12, 12, np.random.default_rng(0))
        losses = {}
        for iterations in (0, 50):
            theirs = faiss.ITQMatrix(12)
            theirs.max_iter = iterations
            faiss.copy_array_to_vector(start.ravel(), theirs.init_rotation)
            theirs.train(v)
            ours = quantization_rotation(v, start, iterations)
            losses[iterations] = [
                float(np.square(signs(p) - p).sum())
                for p in (v @ ours, theirs.apply(v))
            ]
        self.assertAlmostEqual(*losses[0], delta=1e-4 * losses[0][0])
        self.assertLessEqual(losses[50][0], losses[50][1])


if __name__ == "__main__":
    unittest.main()
