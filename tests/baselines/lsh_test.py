import importlib.util
import unittest

import numpy as np

from tf_dnnh.baselines import LSH
from tf_dnnh.codes import hamming_distance, unpack


class LSHTest(unittest.TestCase):
    def test_distance_is_the_angle(self) -> None:
        # Angles 60 and 180 degrees: 1/3 and all of the bits differ, give or
        # take four standard deviations of 4,000 coin tosses.
        x = np.array([[1.0, 0.0], [0.5, np.sqrt(0.75)], [-1.0, 0.0]])
        codes = LSH(4000, center=False).fit(x).encode(x)
        share = hamming_distance(codes[:1], codes) / 4000
        self.assertEqual(share[0], 0)
        self.assertAlmostEqual(share[1], 1 / 3, delta=4 * 0.0075)
        self.assertEqual(share[2], 1)

    def test_center_looks_from_the_mean(self) -> None:
        # Seen from the origin the two lie in one direction, from their mean
        # in opposite ones.
        x = np.array([[10.0, 10.0], [12.0, 12.0]])
        centered = LSH(64).fit(x).encode(x)
        self.assertEqual(hamming_distance(*centered), 64)
        plain = LSH(64, center=False).fit(x).encode(x)
        self.assertEqual(hamming_distance(*plain), 0)

    def test_seeds_draw_other_projections(self) -> None:
        x = np.eye(3)
        first, second = (LSH(32, seed=s).fit(x).encode(x) for s in (0, 1))
        self.assertFalse(np.array_equal(first, second))

    @unittest.skipUnless(importlib.util.find_spec("faiss"), "needs faiss")
    def test_faiss_gives_the_same_bits(self) -> None:
        import faiss

        rng = np.random.default_rng(0)
        for features, bits in ((20, 16), (8, 40)):
            with self.subTest(features=features, bits=bits):
                x = rng.normal(size=[500, features]).astype(np.float32)
                ours = LSH(bits, center=False).fit(x)
                index = faiss.IndexLSH(features, bits, True, False)
                projections = ours.weights.T.astype(np.float32).ravel()
                faiss.copy_array_to_vector(projections, index.rrot.A)
                theirs = np.unpackbits(
                    index.sa_encode(x), axis=1, bitorder="little"
                )
                bits_of_ours = unpack(ours.encode(x), bits)
                same = (theirs[:, :bits] == bits_of_ours).mean()
                self.assertGreater(same, 0.9999)


if __name__ == "__main__":
    unittest.main()
