"""Tests of the MAP that `fit` reports."""

import unittest
from unittest import mock

import keras
import numpy as np

from tf_dnnh.callbacks import ValidationMAP
from tf_dnnh.losses import TripletRankingLoss
from tf_dnnh.metrics import mean_average_precision
from tf_dnnh.models import build_hashing_model


class ValidationMAPTest(unittest.TestCase):
    def setUp(self):
        random = np.random.default_rng(0)
        self.images = random.integers(0, 256, [12, 8, 8, 3]).astype("float32")
        self.labels = np.arange(12) % 3
        self.model = build_hashing_model("plain_cnn", 12, (8, 8, 3), seed=0)
        self.model.compile("adam", TripletRankingLoss(), run_eagerly=True)

    def fit(self, *callbacks: keras.callbacks.Callback) -> dict[str, list]:
        return self.model.fit(
            self.images,
            self.labels,
            epochs=2,
            verbose=0,
            callbacks=list(callbacks),
        ).history

    def test_is_the_map_of_each_image_against_the_others(self):
        history = self.fit(ValidationMAP(self.images, self.labels, 5))
        self.assertEqual(len(history["val_map"]), 2)
        codes = self.model.encode(self.images)
        expected = np.mean(
            [
                mean_average_precision(
                    codes[i : i + 1],
                    np.delete(codes, i, axis=0),
                    self.labels[i : i + 1],
                    np.delete(self.labels, i),
                )
                for i in range(12)
            ]
        )
        self.assertAlmostEqual(history["val_map"][-1], expected, places=6)

    def test_later_callbacks_see_it(self):
        stopping = keras.callbacks.EarlyStopping("map", mode="max", patience=9)
        stopping.on_epoch_end = mock.Mock()
        self.fit(ValidationMAP(self.images, self.labels, name="map"), stopping)
        for call in stopping.on_epoch_end.call_args_list:
            self.assertIn("map", call.args[1])

    def test_several_labels_per_image(self):
        labels = np.eye(3, dtype=np.uint8)[self.labels]
        several = self.fit(ValidationMAP(self.images, labels))
        self.assertTrue(0 < several["val_map"][0] <= 1)

    def test_refuses_unequal_lengths(self):
        with self.assertRaisesRegex(ValueError, "12 images, 11 labels"):
            ValidationMAP(self.images, self.labels[1:])


if __name__ == "__main__":
    unittest.main()
