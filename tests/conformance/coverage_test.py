"""Tests that every public name is in the lists of this folder."""

import unittest

from tests.conformance import public
from tf_dnnh import layers, losses, metrics, models

EVERYTHING = {**public.EVERYTHING, **public.HEAVY_BACKBONES}
BACKBONES = {**public.BACKBONES, **public.HEAVY_BACKBONES}


class CoverageTest(unittest.TestCase):
    def test_every_public_name_is_in_a_list(self):
        names = {
            name
            for package in (layers, losses, metrics, models)
            for name in package.__all__
        }
        self.assertEqual(set(EVERYTHING) | public.TABLES, names)

    def test_names_stand_for_what_is_tried(self):
        for package in (layers, losses, metrics, models):
            for name in set(package.__all__) - public.TABLES:
                self.assertIs(EVERYTHING[name].public, getattr(package, name))

    def test_every_backbone_of_the_table_is_tried(self):
        self.assertEqual(set(models.BACKBONES), set(BACKBONES))
        for name, row in models.BACKBONES.items():
            self.assertIs(BACKBONES[name].public, row.builder)


if __name__ == "__main__":
    unittest.main()
