"""Tests that fingerprints are equal if and only if models are."""

import pathlib
import subprocess
import sys
import tempfile
import unittest
import warnings

import keras
import numpy as np

from tests.export.tiny_run import tiny_model
from tf_dnnh.fingerprint import code_description, model_fingerprint

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = """
import sys, keras, tf_dnnh
from tf_dnnh.fingerprint import model_fingerprint
print(model_fingerprint(keras.saving.load_model(sys.argv[1])))
"""


class FingerprintTest(unittest.TestCase):
    def setUp(self) -> None:
        self.model = tiny_model()
        self.fingerprint = model_fingerprint(self.model)

    def test_is_a_sha256(self) -> None:
        self.assertRegex(self.fingerprint, "^[0-9a-f]{64}$")

    def test_equal_for_a_model_built_again(self) -> None:
        # Keras gives these layers higher numbers.
        self.assertEqual(model_fingerprint(tiny_model()), self.fingerprint)

    def test_equal_in_another_process(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = str(pathlib.Path(folder) / "model.keras")
            self.model.save(path)
            here = model_fingerprint(keras.saving.load_model(path))
            there = subprocess.run(
                [sys.executable, "-c", PROGRAM, path],
                capture_output=True,
                text=True,
                check=True,
                cwd=ROOT,
            ).stdout.strip()
        self.assertEqual([here, there], [self.fingerprint] * 2)

    def test_sees_the_last_bit_of_a_weight(self) -> None:
        bias = self.model.head.bias.numpy()
        bias[3] = np.nextafter(bias[3], np.float32(9))
        self.model.head.bias.assign(bias)
        self.assertNotEqual(model_fingerprint(self.model), self.fingerprint)

    def test_sees_normalisation(self) -> None:
        self.model.mean = 127.0
        self.assertNotEqual(model_fingerprint(self.model), self.fingerprint)

    def test_sees_the_number_of_bits(self) -> None:
        self.assertNotEqual(
            model_fingerprint(tiny_model(bits=16)), self.fingerprint
        )

    def test_sees_views(self) -> None:
        self.assertNotIn("views", code_description(self.model))
        self.model.views = "mirror"
        self.assertNotEqual(model_fingerprint(self.model), self.fingerprint)
        self.assertEqual(code_description(self.model)["views"], "mirror")

    def test_sees_how_pictures_are_cropped(self) -> None:
        self.assertNotIn("load_size", code_description(self.model))
        self.model.load_size = (20, 20)
        self.assertNotEqual(model_fingerprint(self.model), self.fingerprint)
        self.assertEqual(code_description(self.model)["load_size"], [20, 20])

    def test_takes_no_deprecated_way_to_the_weights(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error", DeprecationWarning)
            model_fingerprint(self.model)

    def test_dropout_does_not_change_it_by_running(self) -> None:
        inputs = keras.Input((4,))
        dropout = keras.layers.Dropout(0.5)
        layer = keras.Model(inputs, dropout(inputs))
        layer(np.ones((1, 4)), training=True)
        # Fingerprints use `weights`, which leaves out random states.
        self.assertEqual(layer.weights, [])


class DescriptionTest(unittest.TestCase):
    def test_says_how_to_read_codes(self) -> None:
        description = code_description(tiny_model())
        self.assertEqual(description["bits"], 12)
        self.assertEqual(description["image_size"], [16, 16])
        self.assertIn("most significant bit first", description["bit_order"])
        self.assertEqual(description["preprocessing"]["resize"], "bilinear")


if __name__ == "__main__":
    unittest.main()
