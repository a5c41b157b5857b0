"""Tests that layers, backbones and models work as SavedModels without Keras."""

import tempfile
import unittest

import keras
import numpy as np
import tensorflow as tf

from tests.conformance import public


class SavedModelTest(unittest.TestCase):
    def test_gives_the_same_for_every_size_of_batch(self):
        for name, case in {
            **public.LAYERS,
            **public.BACKBONES,
            **public.MODELS,
        }.items():
            with self.subTest(name=name):
                self.check(case.make(), *case.inputs.values())

    def check(self, made: keras.layers.Layer, array: np.ndarray) -> None:
        expected = made(array)
        archive = keras.export.ExportArchive()
        archive.track(made)
        archive.add_endpoint(
            "serve",
            lambda x: (
                made(x, training=False)
                if isinstance(made, keras.Model)
                else made(x)
            ),
            [tf.TensorSpec([None, *array.shape[1:]])],
        )
        with tempfile.TemporaryDirectory() as folder:
            archive.write_out(folder, verbose=False)
            loaded = tf.saved_model.load(folder)
            for size in (len(array), 1):
                np.testing.assert_allclose(
                    loaded.serve(tf.constant(array[:size])),
                    expected[:size],
                    rtol=1e-4,
                    atol=1e-6,
                )


if __name__ == "__main__":
    unittest.main()
