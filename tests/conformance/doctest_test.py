"""Tests the examples in all docstrings."""

import doctest
import importlib
import pkgutil
import unittest

from tests.conformance import public
from tf_dnnh import layers, losses, metrics, models


def modules() -> list[str]:
    """Returns the modules that define the public names."""
    found = ["tf_dnnh.codes"]
    for package in (layers, losses, metrics, models):
        inside = pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
        found += [module.name for module in inside]
    return found


class DoctestTest(unittest.TestCase):
    def test_every_example_is_right(self):
        for name in modules():
            with self.subTest(module=name):
                results = doctest.testmod(importlib.import_module(name))
                self.assertEqual(results.failed, 0)

    def test_every_public_name_has_one(self):
        finder = doctest.DocTestFinder(recurse=False)
        for name, case in public.EVERYTHING.items():
            with self.subTest(name=name):
                (found,) = finder.find(case.public, name)
                self.assertTrue(found.examples)


if __name__ == "__main__":
    unittest.main()
