"""Tests of reading a finished run and of its representative images."""

import unittest

import keras
import numpy as np

from export.finished_run import in_float32, read_run, spread
from export.verify import Verifier
from tests.export.tiny_run import shared_tiny_run, tiny_model
from tf_dnnh import codes
from tf_dnnh.fingerprint import model_fingerprint
from tf_dnnh.models import build_hashing_model


class SpreadTest(unittest.TestCase):
    def test_all_if_they_are_few(self) -> None:
        np.testing.assert_array_equal(spread(1000, 1000), np.arange(1000))
        np.testing.assert_array_equal(spread(7, 1000), np.arange(7))

    def test_from_end_to_end(self) -> None:
        np.testing.assert_array_equal(spread(100, 4), [0, 33, 66, 99])
        np.testing.assert_array_equal(spread(100, 1), [0])


class CheckedQueriesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.finished = read_run(shared_tiny_run())
        cls.verifier = Verifier(cls.finished, 30, 0.0)

    def test_every_class_is_checked(self) -> None:
        labels = self.finished.dataset.labels[self.verifier.indices]
        self.assertEqual(len(labels), 30)
        # The digits have ten classes, and queries come class by class.
        self.assertEqual(len(np.unique(labels)), 10)

    def test_codes_are_scored_as_those_queries(self) -> None:
        queries = self.verifier.queries
        stored = self.finished.codes["query_codes"][queries]
        computed = codes.pack(codes.bits_from_logits(self.verifier.logits))
        np.testing.assert_array_equal(computed, stored)
        first = self.finished.map_of(stored, np.arange(30))
        self.assertNotEqual(first, self.finished.map_of(stored, queries))
        self.assertEqual(
            self.verifier.keras["map"], self.finished.map_of(stored, queries)
        )


class Float32Test(unittest.TestCase):
    def test_nested_layers_compute_in_float32(self) -> None:
        policy = keras.mixed_precision.dtype_policy()
        keras.mixed_precision.set_dtype_policy("mixed_bfloat16")
        self.addCleanup(keras.mixed_precision.set_dtype_policy, policy)
        inputs = keras.Input((16, 16, 3))
        # A layer within a layer that is not a model.
        inner = keras.layers.TimeDistributed(keras.layers.Dense(6))(inputs)
        features = keras.layers.GlobalAveragePooling2D()(inner)
        backbone = keras.Model(inputs, features)
        model = build_hashing_model(backbone, 3, (16, 16, 3))
        parts = in_float32(model).backbone.layers
        self.assertEqual(
            model.backbone.layers[1].layer.compute_dtype, "bfloat16"
        )
        self.assertEqual(parts[1].layer.compute_dtype, "float32")
        self.assertEqual(parts[2].compute_dtype, "float32")

    def test_weights_fingerprint_and_codes_stay(self) -> None:
        model = tiny_model()
        copy = in_float32(model)
        images = np.random.default_rng(0).uniform(0, 255, (9, 16, 16, 3))
        self.assertEqual(model_fingerprint(copy), model_fingerprint(model))
        np.testing.assert_array_equal(copy.logits(images), model.logits(images))


if __name__ == "__main__":
    unittest.main()
