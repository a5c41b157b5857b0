"""Tests of building a hashing model by name."""

import unittest

import keras
import numpy as np

from tf_dnnh.layers import DivideAndEncode, FullyConnectedEncode
from tf_dnnh.models import BACKBONES, build_hashing_model

SMALL = (8, 8, 1)
SHAPE = (32, 32, 3)


class BuildHashingModelTest(unittest.TestCase):
    def test_every_backbone_by_name(self):
        for name in BACKBONES:
            shape = (96, 96, 3) if name == "nin" else SHAPE
            model = build_hashing_model(name, 8, shape)
            with self.subTest(backbone=name):
                images = np.zeros([2, *shape], np.uint8)
                self.assertEqual(model(images).shape, (2, 8))
                self.assertEqual(model.backbone.name, name)

    def test_defaults_are_the_paper(self):
        model = build_hashing_model()
        self.assertEqual((model.bits, model.backbone.name), (48, "nin32"))
        self.assertIsInstance(model.head, DivideAndEncode)
        # Unscaled pixels for Gaussian weights of the paper's deviations.
        self.assertEqual((float(model.mean), float(model.std)), (127.5, 1.0))
        self.assertAlmostEqual(
            float(np.std(model.head.kernel.numpy())), 0.1, delta=0.01
        )

    def test_pixels_are_scaled_for_other_initial_weights(self):
        for options in (
            {"backbone": "nin32", "initializer": "he_normal"},
            {"backbone": "plain_cnn"},
        ):
            model = build_hashing_model(bits=2, **options)
            self.assertEqual(float(model.std), 127.5)
            self.assertNotIsInstance(
                model.head.kernel_initializer, keras.initializers.RandomNormal
            )

    def test_arguments_reach_their_layers(self):
        model = build_hashing_model(
            "plain_cnn",
            6,
            SMALL,
            head="fully_connected",
            beta=3.0,
            epsilon=0.125,
            mean=3.0,
            std=4.0,
            dropout=0.75,
        )
        self.assertIsInstance(model.head, FullyConnectedEncode)
        self.assertEqual(model.head.beta, 3.0)
        self.assertEqual(model.threshold.epsilon.numpy(), 0.125)
        self.assertEqual((float(model.mean), float(model.std)), (3.0, 4.0))
        self.assertEqual(model.backbone.get_layer("dropout").rate, 0.75)

    def test_a_seed_repeats_all_weights(self):
        for head in ("divide_and_encode", "fully_connected"):
            one, two = (
                build_hashing_model("small_resnet", 4, SMALL, head, seed=9)
                for _ in range(2)
            )
            for a, b in zip(one.weights, two.weights, strict=True):
                np.testing.assert_array_equal(a.numpy(), b.numpy())

    def test_a_model_of_ones_own(self):
        inputs = keras.Input(SMALL)
        backbone = keras.Model(inputs, keras.layers.Flatten()(inputs))
        model = build_hashing_model(backbone, 16, SMALL)
        self.assertIs(model.backbone, backbone)
        self.assertEqual(model(np.zeros([3, *SMALL])).shape, (3, 16))
        with self.assertRaisesRegex(ValueError, "bits=48, features=64"):
            build_hashing_model(backbone, 48, SMALL)

    def test_a_network_of_ones_own_is_not_known_by_its_name(self):
        own = keras.applications.ResNet50(
            weights=None,
            include_top=False,
            pooling="avg",
            input_shape=(32, 32, 3),
        )
        self.assertEqual(own.name, "resnet50")
        model = build_hashing_model(own, 16)
        self.assertIs(model.backbone, own)
        self.assertEqual((float(model.mean), float(model.std)), (127.5, 127.5))

    def test_refuses_unknown_names_and_no_bits(self):
        with self.assertRaisesRegex(ValueError, "`backbone`.*nin32.*'vgg'"):
            build_hashing_model("vgg")
        with self.assertRaisesRegex(ValueError, "`head`.*'linear'"):
            build_hashing_model(head="linear")
        with self.assertRaisesRegex(ValueError, "`bits`.*bits=0"):
            build_hashing_model(bits=0)


if __name__ == "__main__":
    unittest.main()
