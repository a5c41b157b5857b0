"""Tests of the table of backbones."""

import pathlib
import tempfile
import unittest
from typing import Any
from unittest import mock

import keras
import numpy as np

from tf_dnnh.models import (
    BACKBONES,
    PRETRAINED,
    Backbone,
    build_hashing_model,
    plain_cnn,
)
from tf_dnnh.models.backbones import layer_blocks
from tf_dnnh.models.pretrained import load_pretrained


def toy(
    bits: int, input_shape: tuple, *, initializer: str, seed: int | None
) -> keras.Model:
    inputs = keras.Input(input_shape)
    x = keras.layers.Conv2D(4, 3, name="part1_conv")(inputs)
    x = keras.layers.ReLU(name="part1_relu")(x)
    x = keras.layers.Conv2D(5 * bits, 3, name="part2_conv")(x)
    x = keras.layers.GlobalAveragePooling2D(name="features")(x)
    return keras.Model(inputs, x, name="toy")


def load_toy(backbone: keras.Model, weights: str, download: bool) -> None:
    backbone.load_weights(weights)


ROW = Backbone(
    toy, mean=5.0, std=(1.0, 2.0, 3.0), load_weights=load_toy, blocks="part[12]"
)


class AddedBackboneTest(unittest.TestCase):
    def setUp(self):
        added = mock.patch.dict(BACKBONES, toy=ROW)
        added.start()
        self.addCleanup(added.stop)
        self.model = build_hashing_model("toy", 6, (8, 8, 3))

    def test_builds_a_model_with_its_pixels(self):
        self.assertEqual(self.model(np.zeros([2, 8, 8, 3])).shape, (2, 6))
        self.assertEqual(self.model.mean.tolist(), [5, 5, 5])
        self.assertEqual(self.model.std.tolist(), [1, 2, 3])

    def test_loads_its_weights(self):
        with tempfile.TemporaryDirectory() as folder:
            path = str(pathlib.Path(folder) / "toy.weights.h5")
            self.model.backbone.save_weights(path)
            other = toy(6, (8, 8, 3), initializer="ones", seed=None)
            load_pretrained(other, path)
        for a, b in zip(
            other.weights, self.model.backbone.weights, strict=True
        ):
            np.testing.assert_array_equal(a.numpy(), b.numpy())

    def test_has_blocks(self):
        self.assertEqual(
            layer_blocks(self.model.backbone),
            [None, "part1", "part1", "part2", None],
        )


class TableTest(unittest.TestCase):
    def test_a_row_is_called_as_its_builder(self):
        backbone = BACKBONES["plain_cnn"](3, (16, 16, 1), dropout=0.25)
        self.assertEqual(backbone.name, "plain_cnn")
        self.assertEqual(backbone.output_shape, (None, 150))

    def test_pretrained_are_the_rows_with_weights(self):
        self.assertEqual(
            list(PRETRAINED),
            [
                "efficientnet_lite0",
                "mobilenet_v3",
                "efficientnet_v2_b0",
                "resnet50",
                "convnext_tiny",
            ],
        )
        self.assertIs(PRETRAINED["resnet50"], BACKBONES["resnet50"])

    def test_names_of_blocks(self):
        def blocks(name: str, *layers: str) -> list[str | None]:
            backbone: Any = mock.Mock(layers=[mock.Mock() for _ in layers])
            backbone.name = name
            for layer, layer_name in zip(backbone.layers, layers, strict=True):
                layer.name = layer_name
            return layer_blocks(backbone)

        for name, layers, expected in (
            (
                "mobilenet_v3",
                ("conv", "expanded_conv_add", "expanded_conv_13_expand_bn"),
                [None, "expanded_conv", "expanded_conv_13"],
            ),
            (
                "efficientnet_v2_b0",
                ("stem_conv", "block6h_project_conv", "top_conv"),
                [None, "block6h", None],
            ),
            (
                "resnet50",
                ("conv1_conv", "conv2_block1_0_bn", "conv5_block3_out"),
                [None, "conv2_block1", "conv5_block3"],
            ),
            (
                "convnext_tiny",
                (
                    "convnext_tiny_downsampling_block_1",
                    "convnext_tiny_stage_3_block_2_gelu",
                ),
                [None, "convnext_tiny_stage_3_block_2"],
            ),
            ("efficientnet_lite0", ("block12_expand_norm",), ["block12"]),
            ("small_resnet", ("block2", "block2_relu2"), [None, "block2"]),
            ("plain_cnn", ("conv3_norm",), [None]),
            ("another", ("block1_conv",), [None]),
        ):
            with self.subTest(backbone=name):
                self.assertEqual(blocks(name, *layers), expected)


class StdTest(unittest.TestCase):
    def test_the_papers_initial_weights_take_unscaled_pixels(self):
        for name in ("nin32", "nin"):
            self.assertEqual(BACKBONES[name].std_for(None, 60.0), 1.0)
            self.assertEqual(BACKBONES[name].std_for("paper", 60.0), 1.0)
        self.assertEqual(BACKBONES["plain_cnn"].std_for("paper", 60.0), 1.0)

    def test_others_take_the_measured_deviation(self):
        self.assertEqual(BACKBONES["nin32"].std_for("he_normal", 60.0), 60.0)
        self.assertEqual(BACKBONES["plain_cnn"].std_for(None, 60.0), 60.0)

    def test_without_one_they_take_that_of_the_row(self):
        self.assertEqual(BACKBONES["nin32"].std_for("he_normal"), 127.5)
        self.assertEqual(BACKBONES["efficientnet_lite0"].std_for(None), 128.0)
        self.assertEqual(Backbone(plain_cnn).std_for(None), 127.5)


if __name__ == "__main__":
    unittest.main()
