"""Tests of the encoder of a split model."""

import pathlib
import tempfile
import unittest

import numpy as np

from tf_dnnh.data import ArraySource, ImageDataset
from tf_dnnh.models import build_hashing_model
from trainers.config import Config
from trainers.frozen.split_model import split_model

SHAPE = (8, 8, 3)


class SplitModelTest(unittest.TestCase):
    def test_codes_are_those_of_the_whole_model(self):
        images = np.random.default_rng(0).integers(
            0, 256, (6, *SHAPE), np.uint8
        )
        dataset = ImageDataset(
            "toy",
            np.arange(6) % 2,
            np.array([str(i) for i in range(6)]),
            ["a", "b"],
            ArraySource(images),
        )
        rows = np.array([4, 0, 3])
        for views in ("single", "mirror"):
            with (
                self.subTest(views=views),
                tempfile.TemporaryDirectory() as folder,
            ):
                model = build_hashing_model(
                    "plain_cnn", 4, SHAPE, seed=0, views=views
                )
                config = Config(bits=4, image_size=8, trainable="head")
                parts = split_model(
                    config, pathlib.Path(folder), dataset, model
                )
                self.assertIsNotNone(parts.features)
                np.testing.assert_allclose(
                    parts.encoder(dataset).logits(rows),
                    model.logits(images[rows]),
                    atol=1e-5,
                )


if __name__ == "__main__":
    unittest.main()
