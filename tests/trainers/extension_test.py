"""Adds a loss, a data set and a backbone by public calls only."""

import pathlib
import tempfile
import unittest

import keras
import numpy as np
import tensorflow as tf

from tf_dnnh.data import (
    DATASETS,
    ArraySource,
    DatasetSpec,
    ImageDataset,
    per_class,
)
from tf_dnnh.models import BACKBONES, Backbone
from tf_dnnh.runs.run_folder import RunFolder
from tf_dnnh.stopping import StopRequests
from trainers import experiment
from trainers.config import Config, ConfigError
from trainers.losses import LOSSES


def load_stripes(data_dir) -> ImageDataset:
    """Draws grey images with horizontal or vertical stripes and noise."""
    del data_dir
    rng = np.random.default_rng(0)
    labels = np.arange(120) % 2
    stripes = np.arange(8) % 2 * 200.0
    images = rng.uniform(0, 55, [120, 8, 8, 3])
    images[labels == 0] += stripes[:, None, None]
    images[labels == 1] += stripes[None, :, None]
    return ImageDataset(
        "stripes",
        labels,
        np.array([f"stripe_{i:03d}" for i in range(120)]),
        ["across", "along"],
        ArraySource(images.astype(np.uint8)),
    )


def two_layers(bits, input_shape, *, initializer, seed, dropout=0.0):
    """Builds a small network, from images to 50 features per bit."""
    del initializer, dropout
    inputs = keras.Input(input_shape)
    kernel = keras.initializers.GlorotUniform(seed=seed)
    x = keras.layers.Flatten()(inputs)
    x = keras.layers.Dense(50 * bits, "relu", kernel_initializer=kernel)(x)
    return keras.Model(inputs, x, name="two_layers")


def pull_and_push(config):
    """Computes a loss that pulls equal labels together, others apart."""

    def loss(codes, labels, seed):
        del seed
        distance = tf.reduce_sum((codes[:, None] - codes[None]) ** 2, axis=-1)
        same = tf.cast(labels[:, None] == labels[None], tf.float32)
        apart = tf.nn.relu(config.margin - distance)
        value = tf.reduce_mean(same * distance + (1 - same) * apart)
        return value, {"spread": tf.reduce_mean(distance)}

    return loss


class ExtensionTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        LOSSES["pull_and_push"] = pull_and_push
        DATASETS["stripes"] = DatasetSpec(
            "Stripes", load_stripes, {"halves": per_class(10, 40)}
        )
        BACKBONES["two_layers"] = Backbone(two_layers)
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.addClassCleanup(LOSSES.pop, "pull_and_push")
        cls.addClassCleanup(DATASETS.pop, "stripes")
        cls.addClassCleanup(BACKBONES.pop, "two_layers")
        cls.config = Config(
            dataset="stripes",
            protocol="halves",
            backbone="two_layers",
            loss="pull_and_push",
            image_size=8,
            bits=8,
            epochs=8,
            batch_size=16,
            margin=2.0,
            workdir=f"{folder.name}/run",
        )
        experiment.run(cls.config, "train_and_eval", StopRequests())
        cls.folder = RunFolder(pathlib.Path(cls.config.workdir))

    def test_they_train(self):
        result = self.folder.read_result()
        self.assertEqual(result["dataset"], "stripes")
        self.assertEqual(result["backbone"], "two_layers")
        # A random order scores 0.5.
        self.assertGreater(result["metrics"]["map"], 0.9)
        losses = [record["loss"] for record in self.folder.read_history()]
        self.assertLess(losses[-1], losses[0] / 2)

    def test_the_metric_of_the_loss_is_a_column_a_curve_and_a_summary(self):
        self.assertIn("spread", self.folder.read_history()[0])
        page = (self.folder.path / "report.html").read_text(encoding="utf-8")
        self.assertIn('id="plot-spread"', page)
        (events,) = self.folder.logs.glob("events*")
        self.assertIn(b"train/spread", events.read_bytes())

    def test_the_title_of_the_data_set_is_in_the_report(self):
        page = (self.folder.path / "report.html").read_text(encoding="utf-8")
        self.assertIn("Stripes", page)

    def test_a_loss_that_is_not_in_the_table_is_named(self):
        with self.assertRaisesRegex(ConfigError, "Received: hinge"):
            experiment.run(
                self.config.replace(
                    loss="hinge", workdir=f"{self.config.workdir}2"
                ),
                "train",
                StopRequests(),
            )


if __name__ == "__main__":
    unittest.main()
