"""Tests of which runs get the settings for ImageNet weights."""

import unittest

from trainers import config


class FineTuningTest(unittest.TestCase):
    def trainable(self, **changes: str) -> str:
        return config.from_preset("image_folder", changes).trainable

    def test_weights_bring_their_settings_and_flags_win(self):
        changes = {"weights": "imagenet", "epochs": 7}
        made = config.from_preset("image_folder", changes)
        self.assertEqual((made.image_size, made.epochs), (128, 7))
        self.assertEqual(made.trainable, "last:5")
        self.assertEqual(made.augmentation.cutout, 40)

    def test_training_from_scratch_has_the_preset_s(self):
        self.assertEqual(self.trainable(), "all")

    def test_imagenet_weights_in_a_file_are_imagenet_weights(self):
        for backbone, path in (
            ("resnet50", "resnet50_notop.h5"),
            ("efficientnet_lite0", "lite0.pth"),
        ):
            found = self.trainable(backbone=backbone, weights=path)
            self.assertEqual(found, "last:5")

    def test_a_hashing_model_in_a_file_is_none(self):
        for backbone in ("resnet50", "plain_cnn"):
            for path in ("run/model.keras", "mine.weights.h5"):
                if backbone == "plain_cnn" or path.endswith(".keras"):
                    found = self.trainable(backbone=backbone, weights=path)
                    self.assertEqual(found, "all")


if __name__ == "__main__":
    unittest.main()
