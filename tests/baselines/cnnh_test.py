import unittest

from tests.baselines.samples import blobs
from tf_dnnh.baselines import CNNH
from tf_dnnh.baselines.cnnh import similarity_codes
from tf_dnnh.codes import unpack


class CNNHTest(unittest.TestCase):
    def test_learns_the_codes_of_the_factorisation(self) -> None:
        x, labels = blobs(200, classes=4, spread=0.2)
        wanted = similarity_codes(labels, 12, seed=3)
        method = CNNH(12, seed=3, hidden=32, penalty=1e-3, epochs=300)
        found = unpack(method.fit(x, labels).encode(x), 12)
        self.assertGreater((found == wanted).mean(), 0.99)

    def test_one_bit(self) -> None:
        x, labels = blobs(40, classes=2)
        self.assertEqual(CNNH(1).fit(x, labels).logits(x).shape, (40, 1))


if __name__ == "__main__":
    unittest.main()
