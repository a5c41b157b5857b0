"""Tests that a `model.keras` of version 0.1.0 loads.

In such a file, the configuration calls the backbone `trunk`, and the loss it
was compiled with has names of that version too.
"""

import json
import pathlib
import unittest
import warnings

import keras
import numpy as np

from tests import testing
from tf_dnnh.fingerprint import model_fingerprint
from tf_dnnh.models import HashingModel

FOLDER = pathlib.Path(__file__).with_name("testdata")
FILE = FOLDER / "version_0_1_0.keras"


class OldFileTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.expected = json.loads(FILE.with_suffix(".json").read_text())
        rng = np.random.default_rng(0)
        cls.images = rng.integers(0, 256, (16, 6, 5, 3), np.uint8)

    def load(self) -> HashingModel:
        # The loss it was compiled with has names of that version.
        with self.assertWarns(DeprecationWarning):
            return keras.saving.load_model(FILE)

    def check(self, model: HashingModel) -> None:
        codes = model.encode(self.images)
        self.assertEqual(codes.tobytes().hex(), self.expected["codes"])
        self.assertEqual(model_fingerprint(model), self.expected["fingerprint"])
        np.testing.assert_allclose(
            model(self.images)[:2], self.expected["relaxed"], atol=1e-4
        )
        self.assertEqual(model.load_size, (8, 7))

    def test_loads_with_the_same_codes_and_fingerprint(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            model = self.load()
        self.check(model)
        self.assertEqual(model.backbone.name, "tiny")

    def test_keeps_its_loss_and_optimizer(self):
        model = self.load()
        self.assertEqual(model.loss.margin, 3.0)
        self.assertEqual(model.optimizer.iterations, 6)

    def test_gives_its_weights_to_another_model(self):
        model = HashingModel.from_config(self.load().get_config())
        self.assertNotEqual(
            model_fingerprint(model), self.expected["fingerprint"]
        )
        model.load_weights(FILE)
        self.check(model)

    def test_is_the_same_when_saved_again(self):
        self.check(testing.save_and_load(self.load()))


if __name__ == "__main__":
    unittest.main()
