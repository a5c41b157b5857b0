"""Tests of the backbones that `keras.applications` builds."""

import pathlib
import tempfile
import unittest
from unittest import mock

import keras
import numpy as np

from tf_dnnh.models import applications, build_hashing_model
from tf_dnnh.models.applications import application_part, mobilenet_v3
from tf_dnnh.models.backbones import BACKBONES
from tf_dnnh.models.pretrained import load_pretrained

SHAPE = (32, 32, 3)
# Keras' own networks, and the pixels that they take per their documentation.
OWN = {
    "mobilenet_v3": (
        keras.applications.MobileNetV3Large,
        keras.applications.mobilenet_v3.preprocess_input,
    ),
    "efficientnet_v2_b0": (
        keras.applications.EfficientNetV2B0,
        keras.applications.efficientnet_v2.preprocess_input,
    ),
    "resnet50": (
        keras.applications.ResNet50,
        keras.applications.resnet.preprocess_input,
    ),
    "convnext_tiny": (
        keras.applications.ConvNeXtTiny,
        keras.applications.convnext.preprocess_input,
    ),
}


class ApplicationsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls._folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls._folder.cleanup)
        cls.file = pathlib.Path(cls._folder.name) / "notop.weights.h5"
        cls.images = np.random.default_rng(0).uniform(0, 255, (2, *SHAPE))

    def test_maps_are_those_of_keras_own_network_for_raw_pixels(self):
        for name, (application, preprocess) in OWN.items():
            with self.subTest(backbone=name):
                own = application(
                    include_top=False, weights=None, input_shape=SHAPE
                )
                expected = own(preprocess(self.images.copy()))
                own.save_weights(self.file)
                model = build_hashing_model(
                    name, 2, SHAPE, dropout=0.25, seed=5
                )
                backbone = model.backbone
                self.assertEqual(backbone.output_shape, (None, 100))
                self.assertEqual(backbone.get_layer("dropout").rate, 0.25)
                load_pretrained(backbone, str(self.file))
                pixels = model.normalization(self.images)
                np.testing.assert_allclose(
                    application_part(backbone)(pixels),
                    expected,
                    atol=2e-3 * float(np.abs(expected).max()),
                )

    def test_a_download_is_the_same_network(self):
        backbone = mobilenet_v3(2, SHAPE)
        own = keras.applications.MobileNetV3Large(
            include_top=False, weights=None, input_shape=SHAPE
        )
        application = mock.Mock(return_value=own)
        with self.downloads(application):
            load_pretrained(backbone)
        application.assert_called_once_with(
            include_top=False, weights="imagenet", input_shape=SHAPE
        )
        for mine, theirs in zip(
            application_part(backbone).get_weights(),
            own.get_weights(),
            strict=True,
        ):
            np.testing.assert_array_equal(mine, theirs)

    def test_a_failed_download_is_one_sentence(self):
        backbone = mobilenet_v3(2, SHAPE)
        failure = mock.Mock(side_effect=Exception("URL fetch failure on x"))
        with (
            self.downloads(failure),
            self.assertRaisesRegex(
                ValueError, "could not be downloaded .URL fetch.*_notop.h5"
            ),
        ):
            load_pretrained(backbone)

    def test_never_touches_the_network_where_downloads_are_off(self):
        backbone, application = mobilenet_v3(2, SHAPE), mock.Mock()
        with (
            self.downloads(application),
            self.assertRaisesRegex(ValueError, "downloads are off"),
        ):
            load_pretrained(backbone, download=False)
        application.assert_not_called()

    def test_refuses_other_files_and_backbones(self):
        backbone = mobilenet_v3(2, SHAPE)
        with self.assertRaisesRegex(ValueError, "must be a file"):
            load_pretrained(backbone, "/no/file.h5")
        self.file.write_bytes(b"no weights")
        with self.assertRaisesRegex(ValueError, "not be loaded from"):
            load_pretrained(backbone, str(self.file))
        with self.assertRaisesRegex(ValueError, "exist for efficientnet_lite0"):
            load_pretrained(BACKBONES["plain_cnn"](2, SHAPE))

    def downloads(self, application: mock.Mock):
        return mock.patch.dict(
            applications._APPLICATIONS, mobilenet_v3=application
        )


if __name__ == "__main__":
    unittest.main()
