"""Tests that calls are repeatable and leave their arguments unchanged."""

import copy
import unittest

import keras
import numpy as np

from tests.conformance import public


class PurityTest(unittest.TestCase):
    def test_every_public_name(self):
        for name, case in public.EVERYTHING.items():
            with self.subTest(name=name):
                made = case.make()
                before = copy.deepcopy(dict(case.inputs))
                first, second = (case.call(made) for _ in range(2))
                keras.tree.map_structure(
                    np.testing.assert_array_equal, first, second
                )
                for argument, array in case.inputs.items():
                    np.testing.assert_array_equal(array, before[argument])


if __name__ == "__main__":
    unittest.main()
