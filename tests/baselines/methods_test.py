"""Tests of the properties that every hashing method has."""

import unittest

import numpy as np

from tests.baselines.samples import blobs, one_hot
from tf_dnnh import baselines, metrics
from tf_dnnh.baselines import HashingMethod
from tf_dnnh.codes import unpack

BITS = 10
OPTIONS = {
    "BRE": {"pairs": 2000, "anchors": 10, "sweeps": 1},
    "CNNH": {"hidden": 16, "epochs": 200},
    "ITQ": {},
    "ITQCCA": {},
    "KSH": {"anchors": 40, "iterations": 50},
    "LSH": {},
    "MLH": {"steps": 200},
    "PCAHashing": {},
    "PredictedClass": {},
    "SpectralHashing": {},
}
LINEAR_IN_PLACE = ("ITQ", "PCAHashing", "SpectralHashing", "ITQCCA", "KSH")
SUPERVISED = ("BRE", "CNNH", "ITQCCA", "KSH", "MLH", "PredictedClass")


def make(name: str, seed: int = 0) -> HashingMethod:
    return getattr(baselines, name)(BITS, seed=seed, **OPTIONS[name])


def agreement(a: np.ndarray, b: np.ndarray) -> float:
    """Computes the share of equal bits."""
    return float((unpack(a, BITS) == unpack(b, BITS)).mean())


class MethodsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.x, cls.labels = blobs()
        cls.codes = {
            name: make(name).fit(cls.x, cls.labels).encode(cls.x)
            for name in OPTIONS
        }

    def fitted(self, name: str, x: np.ndarray, labels=None) -> np.ndarray:
        labels = self.labels if labels is None else labels
        return make(name).fit(x, labels).encode(x)

    def test_every_public_method_is_listed(self) -> None:
        public = {
            name
            for name in baselines.__all__
            if isinstance(getattr(baselines, name), type)
            and issubclass(getattr(baselines, name), HashingMethod)
        }
        self.assertEqual(public - {"HashingMethod"}, set(OPTIONS))

    def test_codes_are_packed_bits_of_the_logits(self) -> None:
        for name, codes in self.codes.items():
            with self.subTest(name):
                self.assertEqual(codes.dtype, np.uint8)
                self.assertEqual(codes.shape, (len(self.x), 2))
                # 10 bits leave 6 of padding, which are zero.
                self.assertFalse(np.any(codes[:, 1] & 0b00111111))
                method = make(name).fit(self.x, self.labels)
                logits = method.logits(self.x)
                self.assertEqual(logits.shape, (len(self.x), BITS))
                np.testing.assert_array_equal(unpack(codes, BITS), logits >= 0)

    def test_one_seed_gives_one_result(self) -> None:
        for name, codes in self.codes.items():
            with self.subTest(name):
                again = self.fitted(name, self.x)
                np.testing.assert_array_equal(codes, again)

    def test_global_random_state_is_neither_read_nor_moved(self) -> None:
        for name, codes in self.codes.items():
            with self.subTest(name):
                np.random.seed(7)
                again = self.fitted(name, self.x)
                after = np.random.random()
                np.random.seed(7)
                self.assertEqual(after, np.random.random())
                np.testing.assert_array_equal(codes, again)

    def test_items_are_encoded_one_by_one(self) -> None:
        order = np.random.default_rng(1).permutation(len(self.x))
        for name, codes in self.codes.items():
            with self.subTest(name):
                method = make(name).fit(self.x, self.labels)
                shuffled = method.encode(self.x[order])
                np.testing.assert_array_equal(shuffled, codes[order])
                one = method.encode(self.x[3:4])
                np.testing.assert_array_equal(one, codes[3:4])

    def test_many_items_are_encoded_in_parts(self) -> None:
        method = make("PCAHashing").fit(self.x)
        many = np.tile(self.x, [40, 1])
        np.testing.assert_array_equal(
            method.encode(many), np.tile(self.codes["PCAHashing"], [40, 1])
        )
        self.assertEqual(method.encode(self.x[:0]).shape, (0, 2))

    def test_origin_and_unit_of_features_do_not_matter(self) -> None:
        for name, codes in self.codes.items():
            for change in (self.x + 8.0, self.x * 4.0):
                with self.subTest(name):
                    changed = self.fitted(name, change)
                    self.assertGreater(agreement(codes, changed), 0.97)

    def test_turned_features_give_the_same_codes(self) -> None:
        rng = np.random.default_rng(2)
        turn = np.linalg.qr(rng.normal(size=[16, 16]))[0]
        for name in LINEAR_IN_PLACE:
            with self.subTest(name):
                turned = unpack(self.fitted(name, self.x @ turn), BITS)
                same = (turned == unpack(self.codes[name], BITS)).mean(axis=0)
                # The sign of an axis is a convention: a bit may be inverted.
                inverts = name in ("PCAHashing", "SpectralHashing", "ITQ")
                if inverts:
                    same = np.maximum(same, 1 - same)
                if name != "ITQ":
                    self.assertGreater(same.min(), 0.97)

    def test_names_of_classes_do_not_matter(self) -> None:
        for name in SUPERVISED:
            with self.subTest(name):
                renamed = self.fitted(name, self.x, self.labels * 7 + 3)
                np.testing.assert_array_equal(renamed, self.codes[name])

    def test_one_column_a_class_is_the_same_as_numbers(self) -> None:
        for name in SUPERVISED:
            if name == "PredictedClass":
                continue
            with self.subTest(name):
                columns = one_hot(self.labels)
                codes = self.fitted(name, self.x, columns)
                self.assertGreater(agreement(codes, self.codes[name]), 0.99)

    def test_the_others_ignore_labels(self) -> None:
        for name in set(OPTIONS) - set(SUPERVISED):
            with self.subTest(name):
                codes = make(name).fit(self.x).encode(self.x)
                np.testing.assert_array_equal(codes, self.codes[name])

    def test_the_supervised_separate_classes_they_have_not_seen_yet(self):
        x, labels = blobs(200)
        for name in SUPERVISED:
            with self.subTest(name):
                method = make(name).fit(x[:120], labels[:120])
                score = metrics.mean_average_precision(
                    method.encode(x[120:]),
                    method.encode(x[:120]),
                    labels[120:],
                    labels[:120],
                )
                self.assertGreater(score, 0.9)

    def test_wrong_arguments_are_named(self) -> None:
        x, labels = self.x, self.labels
        for name in OPTIONS:
            with self.subTest(name):
                method = make(name)
                with self.assertRaisesRegex(ValueError, "must be fitted"):
                    method.encode(x)
                with self.assertRaisesRegex(ValueError, r"`x` must be \[n, f"):
                    method.fit(x[0], labels[:1])
                with self.assertRaisesRegex(ValueError, "at least two rows"):
                    method.fit(x[:1], labels[:1])
                with self.assertRaisesRegex(ValueError, "finite"):
                    method.fit(np.full_like(x, np.nan), labels)
                with self.assertRaisesRegex(ValueError, "n as in `x`"):
                    method.fit(x, labels[:-1])
                if method.needs_labels:
                    with self.assertRaisesRegex(ValueError, "from `labels`"):
                        method.fit(x)
                method.fit(x, labels)
                with self.assertRaisesRegex(ValueError, r"must be \[n, 16\]"):
                    method.encode(x[:, :5])
                with self.assertRaisesRegex(ValueError, "bits=0"):
                    type(method)(0)


if __name__ == "__main__":
    unittest.main()
