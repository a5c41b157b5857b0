"""Tests of frozen and trained parts of a network."""

import unittest

import keras
import numpy as np

from tf_dnnh.models import build_hashing_model
from trainers.frozen.parts import freeze, frozen_part, trainable_part

SHAPE = (16, 16, 3)


class BackbonePartsTest(unittest.TestCase):
    def setUp(self):
        keras.utils.set_random_seed(0)
        self.model = build_hashing_model("small_resnet", 4, SHAPE, seed=0)
        self.backbone = self.model.backbone
        self.images = np.random.default_rng(0).uniform(0, 255, (8, *SHAPE))

    def trained(self) -> set[str]:
        return {v.path.split("/")[0] for v in self.backbone.trainable_variables}

    def test_freezes_what_was_asked_for(self):
        self.assertIsNone(frozen_part(self.backbone, "all"))
        freeze(self.backbone, "all", statistics=False)
        self.assertIn("stem", self.trained())
        freeze(self.backbone, "last:2", statistics=False)
        self.assertEqual(
            {name.split("_")[0] for name in self.trained()},
            {"block3", "block4", "features"},
        )
        self.assertIn("block3_conv1_norm", self.trained())
        freeze(self.backbone, "last:2", statistics=True)
        self.assertNotIn("block3_conv1_norm", self.trained())
        freeze(self.backbone, "head", statistics=True)
        self.assertEqual(self.trained(), {"features"})

    def test_training_leaves_the_frozen_part_alone(self):
        freeze(self.backbone, "last:1", statistics=False)
        frozen = frozen_part(self.backbone, "last:1")
        before = [v.numpy() for v in frozen.variables]
        self.model.compile("sgd", "mse")
        self.model.fit(self.images, np.zeros((8, 4)), verbose=0)
        for old, new in zip(before, frozen.variables, strict=True):
            np.testing.assert_array_equal(old, new.numpy())
        norm = self.backbone.get_layer("block4_conv1_norm")
        self.assertNotEqual(float(norm.moving_mean.numpy()[0]), 0.0)

    def test_both_parts_are_the_whole(self):
        for trainable in ("head", "last:1", "last:4"):
            frozen = frozen_part(self.backbone, trainable)
            rest = trainable_part(self.model, frozen)
            inner = frozen(self.model.normalization(self.images))
            for whole, part in (
                (self.model(self.images), rest(inner)),
                (self.model.logits(self.images), rest.logits(inner)),
            ):
                np.testing.assert_allclose(whole, part, rtol=1e-5, atol=1e-6)

    def test_training_the_rest_trains_the_whole(self):
        frozen = frozen_part(self.backbone, "last:1")
        rest = trainable_part(self.model, frozen)
        inner = frozen(self.model.normalization(self.images))
        before = self.model(self.images)
        rest.compile("sgd", "mse")
        rest.fit(inner, np.zeros((8, 4)), verbose=0)
        self.assertFalse(np.array_equal(before, self.model(self.images)))
        np.testing.assert_allclose(
            rest(inner), self.model(self.images), rtol=1e-5, atol=1e-6
        )

    def test_dropout_of_the_frozen_part_is_off(self):
        inputs = keras.Input((4,))
        x = keras.layers.Dropout(0.5)(inputs)
        x = keras.layers.Activation("linear", name="pooled")(x)
        x = keras.layers.Dropout(0.25)(x)
        backbone = keras.Model(inputs, x)
        freeze(backbone, "head", statistics=False)
        self.assertEqual([backbone.layers[i].rate for i in (1, 3)], [0.0, 0.25])

    def test_refuses_what_does_not_exist(self):
        for trainable in ("heads", "last", "last:0", "last:-1", "last:x"):
            with self.assertRaisesRegex(ValueError, "must be head, all or la"):
                frozen_part(self.backbone, trainable)
        with self.assertRaisesRegex(ValueError, "at most 4 blocks.*last:5"):
            frozen_part(self.backbone, "last:5")
        nin = build_hashing_model("nin32", 2, SHAPE).backbone
        with self.assertRaisesRegex(ValueError, "must be all for nin32"):
            frozen_part(nin, "head")


if __name__ == "__main__":
    unittest.main()
