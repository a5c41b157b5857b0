"""Tests of the model from images to codes."""

import json
import pathlib
import tempfile
import unittest
import warnings

import keras
import numpy as np
import tensorflow as tf

from tests import testing
from tf_dnnh import codes
from tf_dnnh.layers import DivideAndEncode, FullyConnectedEncode
from tf_dnnh.losses import TripletRankingLoss
from tf_dnnh.models import HashingModel

SHAPE = (6, 5, 3)


@keras.saving.register_keras_serializable(package="tests")
class OwnBackbone(keras.Model):
    """A backbone written as a subclass, without a known input shape."""

    def __init__(self, width: int = 24, **kwargs) -> None:
        super().__init__(**kwargs)
        self.width = width
        self.conv = keras.layers.Conv2D(width, 3, activation="relu")
        self.pool = keras.layers.GlobalAveragePooling2D()

    def call(self, images, training=None):
        return self.pool(self.conv(images))

    def get_config(self):
        return {**super().get_config(), "width": self.width}


def functional_backbone(width: int = 24) -> keras.Model:
    inputs = keras.Input(SHAPE)
    x = keras.layers.Conv2D(width, 3, activation="relu")(inputs)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, keras.layers.Dropout(0.5, seed=0)(x))


def make(**options) -> HashingModel:
    keras.utils.set_random_seed(0)
    head = DivideAndEncode(12, dtype="float32")
    return HashingModel(functional_backbone(), head, SHAPE, **options)


class HashingModelTest(unittest.TestCase):
    def setUp(self):
        rng = np.random.default_rng(0)
        self.images = rng.integers(0, 256, [7, *SHAPE], np.uint8)

    def tearDown(self):
        keras.config.set_dtype_policy("float32")

    def test_is_normalisation_backbone_head_and_threshold(self):
        mean, std = [100.0, 110.0, 120.0], [50.0, 60.0, 70.0]
        model = make(epsilon=0.02, mean=mean, std=std)
        pixels = (self.images - np.float32(mean)) / np.float32(std)
        logits = model.head.logits(model.backbone(pixels))
        relaxed = 1 / (1 + np.exp(-logits.numpy()))
        relaxed[relaxed < 0.48], relaxed[relaxed > 0.52] = 0, 1
        np.testing.assert_allclose(model.logits(self.images), logits, atol=1e-5)
        np.testing.assert_allclose(model(self.images), relaxed, atol=1e-5)
        self.assertTrue(set(relaxed.flat) > {0, 1})

    def test_relaxed_codes_follow_from_the_logits(self):
        model = make(epsilon=0.02)
        np.testing.assert_array_equal(
            model.relaxed(model.logits(self.images)), model(self.images)
        )

    def test_mean_and_std_may_be_numbers_or_images(self):
        for mean, std in (
            (120.0, 1.0),
            ([1.0, 2.0, 3.0], 2.0),
            (self.images.mean(axis=0), 3.0),
            (self.images.mean(axis=0), self.images.std(axis=0) + 1),
        ):
            model = make(mean=mean, std=std)
            expected = (self.images - np.float32(mean)) / np.float32(std)
            np.testing.assert_allclose(
                model.normalization(self.images), expected, rtol=1e-5, atol=1e-5
            )
            loaded = testing.save_and_load(model)
            np.testing.assert_array_equal(
                loaded(self.images), model(self.images)
            )

    def test_takes_uint8_and_float_pixels_alike(self):
        model = make()
        np.testing.assert_array_equal(
            model(self.images), model(self.images.astype(np.float32))
        )

    def test_encodes_in_batches_what_the_logits_say(self):
        model = make()
        expected = codes.pack(model.logits(self.images).numpy() >= 0)
        for batch_size in (1, 3, 256):
            packed = model.encode(self.images, batch_size)
            self.assertEqual(packed.dtype, np.uint8)
            np.testing.assert_array_equal(packed, expected)
        self.assertEqual(model.encode(self.images[:0]).shape, (0, 2))

    def test_training_switches_dropout(self):
        model = make()
        for function in (model, model.logits):
            still = function(self.images)
            np.testing.assert_array_equal(still, function(self.images))
            moved = function(self.images, training=True)
            self.assertTrue((still.numpy() != moved.numpy()).any())

    def test_properties(self):
        model = make()
        self.assertEqual((model.bits, model.image_size), (12, (6, 5)))

    def test_the_summary_tells_shapes_and_parameters(self):
        lines: list[str] = []
        make().summary(print_fn=lines.append)
        text = "\n".join(lines)
        for part in ("normalization", "(None, 6, 5, 3)", "(None, 24)", "672"):
            self.assertIn(part, text)
        self.assertNotIn("?", text)
        self.assertNotIn("unbuilt", text)

    def test_saves_and_loads_a_backbone_of_ones_own(self):
        keras.utils.set_random_seed(0)
        head = FullyConnectedEncode(10, beta=2.0, dtype="float32")
        model = HashingModel(OwnBackbone(8), head, SHAPE, epsilon=0.3, mean=9)
        model.threshold.epsilon.assign(0.2)
        loaded = testing.save_and_load(model)
        np.testing.assert_array_equal(loaded(self.images), model(self.images))
        self.assertIsInstance(loaded.backbone, OwnBackbone)
        self.assertIsInstance(loaded.head, FullyConnectedEncode)
        self.assertEqual(loaded.head.beta, 2.0)
        self.assertAlmostEqual(float(loaded.threshold.epsilon.numpy()), 0.2)
        configs = [json.dumps(m.get_config()) for m in (loaded, model)]
        self.assertEqual(*configs)

    def test_saves_and_loads_what_it_was_compiled_with(self):
        model = make()
        model.compile("adam", TripletRankingLoss(margin=3.0))
        labels = np.arange(7) % 3
        model.fit(self.images, labels, verbose=0)
        loaded = testing.save_and_load(model)
        self.assertEqual(loaded.loss.margin, 3.0)
        self.assertEqual(
            loaded.evaluate(self.images, labels, verbose=0),
            model.evaluate(self.images, labels, verbose=0),
        )

    def test_head_and_pixels_stay_float32_under_mixed_precision(self):
        for kind in ("float16", "bfloat16"):
            with self.subTest(kind=kind):
                keras.config.set_dtype_policy(f"mixed_{kind}")
                model = make()
                keras.config.set_dtype_policy("float32")
                features = model.backbone(self.images / 255.0)
                self.assertEqual(features.dtype, kind)
                for function in (model, model.logits):
                    self.assertEqual(function(self.images).dtype, "float32")
                self.assertEqual(model.normalization.compute_dtype, "float32")
                # Fractions of a grey level survive, which half precision
                # cannot hold at 200.
                pixels = tf.fill([1, *SHAPE], 200.03)
                np.testing.assert_allclose(
                    model.normalization(pixels)[0, 0, 0, 0],
                    (200.03 - 127.5) / 127.5,
                    rtol=1e-6,
                )
                loaded = testing.save_and_load(model)
                self.assertEqual(loaded.dtype_policy.name, f"mixed_{kind}")
                np.testing.assert_array_equal(
                    loaded(self.images), model(self.images)
                )

    def test_float16_training_scales_the_loss(self):
        keras.config.set_dtype_policy("mixed_float16")
        model = make()
        model.compile("sgd", TripletRankingLoss())
        self.assertIsInstance(
            model.optimizer, keras.optimizers.LossScaleOptimizer
        )
        model.fit(self.images, np.arange(7) % 2, verbose=0)

    def test_trains_compiled(self):
        model = make()
        model.compile("sgd", TripletRankingLoss(), jit_compile=True)
        history = model.fit(self.images, np.arange(7) % 2, verbose=0).history
        self.assertTrue(np.isfinite(history["loss"][0]))

    def test_encodes_streams_of_batches_and_ignores_labels(self):
        model = make()
        expected = model.encode(self.images)
        pairs = (self.images, np.arange(7))
        stream = tf.data.Dataset.from_tensor_slices(pairs).batch(3)
        np.testing.assert_array_equal(model.encode(stream), expected)
        batches = [self.images[:4], self.images[4:]]
        np.testing.assert_array_equal(model.encode(iter(batches)), expected)

    def test_encodes_files_as_arrays(self):
        model = make()
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for index, image in enumerate(self.images):
                path = pathlib.Path(folder) / f"{index}.png"
                path.write_bytes(tf.io.encode_png(image).numpy())
                paths.append(path)
            np.testing.assert_array_equal(
                model.encode_files(paths), model.encode(self.images)
            )
        self.assertEqual(model.encode_files([]).shape, (0, 2))

    def test_exports_a_model_that_was_only_loaded(self):
        loaded = testing.save_and_load(make())
        with tempfile.TemporaryDirectory() as folder:
            loaded.export(folder, verbose=False)
            artifact = tf.saved_model.load(folder)
            served = artifact.serve(tf.constant(self.images, tf.float32))
        np.testing.assert_allclose(served, loaded(self.images), atol=1e-5)

    def test_has_no_accuracy(self):
        for metric in ("accuracy", keras.metrics.CategoricalAccuracy()):
            model = make()
            model.compile("sgd", TripletRankingLoss(), metrics=[metric])
            with self.assertRaisesRegex(ValueError, "give .*ValidationMAP"):
                model.fit(self.images, np.arange(7) % 2)

    def test_refuses_labels_that_are_strings(self):
        model = make()
        model.compile("sgd", TripletRankingLoss())
        labels = ["cat", "dog"] * 3 + ["cat"]
        for given in (labels, np.array(labels), np.array(labels, object)):
            with self.assertRaisesRegex(ValueError, "np.unique.*cat"):
                model.fit(self.images, given, verbose=0)

    def test_answers_to_the_backbones_old_name(self):
        backbone, head = functional_backbone(), DivideAndEncode(12)
        with self.assertWarnsRegex(DeprecationWarning, "called `backbone`"):
            model = HashingModel(trunk=backbone, head=head, image_shape=SHAPE)
        with self.assertWarnsRegex(DeprecationWarning, "called `backbone`"):
            self.assertIs(model.trunk, backbone)
        with self.assertRaisesRegex(AttributeError, "no attribute `tronk`"):
            _ = model.tronk

    def test_saving_and_loading_does_not_warn_of_the_old_name(self):
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message=".*trunk")
            loaded = testing.save_and_load(make())
        self.assertNotIn("trunk", loaded.get_config())

    def test_refuses_a_deviation_of_zero(self):
        with self.assertRaisesRegex(ValueError, "`std` must be above 0"):
            make(std=[1.0, 0.0, 1.0])

    def test_refuses_a_backbone_that_ends_in_maps(self):
        inputs = keras.Input(SHAPE)
        backbone = keras.Model(inputs, keras.layers.Conv2D(24, 3)(inputs))
        with self.assertRaisesRegex(ValueError, "end it with a pooling layer"):
            HashingModel(backbone, DivideAndEncode(12), SHAPE)


if __name__ == "__main__":
    unittest.main()
