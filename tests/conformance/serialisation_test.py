"""Tests that objects can be rebuilt from their configuration as JSON."""

import json
import unittest

import keras
import numpy as np

from tests import testing
from tests.conformance import public


class SerialisationTest(unittest.TestCase):
    def test_configurations_survive_json(self):
        for name, case in {
            **public.LAYERS,
            **public.BACKBONES,
            **public.MODELS,
            **public.LOSSES,
        }.items():
            with self.subTest(name=name):
                made = case.make()
                text = json.dumps(keras.saving.serialize_keras_object(made))
                again = keras.saving.deserialize_keras_object(json.loads(text))
                self.assertIs(type(again), type(made))
                self.assertEqual(
                    json.dumps(again.get_config()),
                    json.dumps(made.get_config()),
                )

    def test_keras_files_give_the_same_outputs(self):
        for name, case in {
            **public.LAYERS,
            **public.BACKBONES,
            **public.MODELS,
        }.items():
            with self.subTest(name=name):
                made = case.make()
                if not isinstance(made, keras.Model):
                    (array,) = case.inputs.values()
                    made = keras.Sequential(
                        [keras.Input(array.shape[1:]), made]
                    )
                loaded = testing.save_and_load(made)
                np.testing.assert_array_equal(
                    case.call(loaded), case.call(made)
                )


if __name__ == "__main__":
    unittest.main()
