"""Tests of the network of a run: pixels, weights and refused settings."""

import unittest

import numpy as np

from tests.data import toy
from tf_dnnh.data import Split
from trainers.config import Config, ConfigError
from trainers.network import build_model, pretrained_variables

INDICES = np.arange(20)
NOTHING = np.empty(0, np.int64)


def built(**fields):
    dataset = toy.toy(INDICES % 2, size=8)
    split = Split("toy", "none", 0, dataset.ids, NOTHING, NOTHING, INDICES, [])
    config = Config(bits=4, **{"image_size": 8, **fields})
    pixels = dataset.source.images.reshape(-1, 3).astype(np.float64)
    return build_model(config, dataset, split), pixels, config


class PixelsTest(unittest.TestCase):
    def test_networks_from_scratch_scale_by_the_training_images(self):
        model, pixels, _ = built(backbone="small_resnet")
        np.testing.assert_allclose(model.mean, pixels.mean(0), rtol=1e-5)
        np.testing.assert_allclose(model.std, pixels.std(0), rtol=1e-5)

    def test_the_papers_initial_weights_want_unscaled_pixels(self):
        model, pixels, _ = built(backbone="nin32")
        np.testing.assert_allclose(model.mean, pixels.mean(0), rtol=1e-5)
        np.testing.assert_array_equal(model.std, np.ones(3))

    def test_other_initial_weights_of_its_network_want_scaled_pixels(self):
        model, pixels, _ = built(backbone="nin32", initializer="he_normal")
        np.testing.assert_allclose(model.std, pixels.std(0), rtol=1e-5)

    def test_pixels_are_what_imagenet_weights_expect(self):
        model, _, _ = built(backbone="mobilenet_v3", image_size=32)
        np.testing.assert_array_equal(np.unique(model.mean), [127.5])
        np.testing.assert_array_equal(np.unique(model.std), [127.5])


class RefusalTest(unittest.TestCase):
    def test_settings_that_do_not_fit_are_named(self):
        for fields, words in (
            ({"backbone": "vgg"}, "one of nin32, nin.*Received: vgg"),
            ({"weights": "imagenet"}, "plain_cnn has none"),
            ({"weights": "none.keras"}, "could not be loaded"),
        ):
            with (
                self.subTest(fields),
                self.assertRaisesRegex(ConfigError, words),
            ):
                built(**fields)


class PretrainedVariablesTest(unittest.TestCase):
    def test_all_but_the_last_layer_take_shorter_steps(self):
        model, _, config = built(
            backbone="small_resnet", backbone_learning_rate=0.1
        )
        paths = [v.path for v in pretrained_variables(model, config)]
        self.assertTrue(any("stem" in path for path in paths))
        self.assertFalse(any("features" in path for path in paths))

    def test_none_do_at_the_common_rate(self):
        model, _, config = built(backbone="small_resnet")
        self.assertEqual(pretrained_variables(model, config), [])


if __name__ == "__main__":
    unittest.main()
