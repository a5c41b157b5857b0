"""Tests that the package loads its modules only when they are used."""

import pathlib
import unittest

from tf_dnnh import baselines


class LazyImportTest(unittest.TestCase):
    def test_every_name_of_the_contract_is_there(self) -> None:
        for name in (
            "LSH",
            "ITQ",
            "SpectralHashing",
            "PCAHashing",
            "ITQCCA",
            "KSH",
            "BRE",
            "MLH",
        ):
            with self.subTest(name):
                self.assertEqual(getattr(baselines, name).__name__, name)
                self.assertIn(name, dir(baselines))

    def test_an_unknown_name_is_an_attribute_error(self) -> None:
        with self.assertRaisesRegex(AttributeError, "no attribute 'DSH'"):
            _ = baselines.DSH

    def test_scikit_learn_is_imported_by_what_uses_it_alone(self) -> None:
        folder = pathlib.Path(baselines.__file__).parent
        for path in folder.glob("*.py"):
            # Imports inside functions are indented.
            text = path.read_text(encoding="utf-8")
            with self.subTest(path.name):
                self.assertNotRegex(text, r"(?m)^(from|import) sklearn")


if __name__ == "__main__":
    unittest.main()
