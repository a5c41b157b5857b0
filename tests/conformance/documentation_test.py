"""Tests that docstrings have all sections and correct shapes."""

import inspect
import math
import re
import unittest
from typing import Any

import keras
import numpy as np

from tests.conformance import public

SECTIONS = (
    "Args",
    "Call arguments",
    "Returns",
    "Raises",
    "Example",
    "Reference",
)


def sections(documented: Any) -> dict[str, str]:
    """Returns the text of every section of a docstring, by its title."""
    parts = re.split(
        rf"^({'|'.join(SECTIONS)}):$", inspect.getdoc(documented), flags=re.M
    )
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def own_arguments(documented: Any) -> list[str]:
    """Returns the arguments that a function or class itself declares."""
    if inspect.isclass(documented):
        documented = documented.__init__
        if not documented.__module__.startswith("tf_dnnh"):
            return []
    return [a for a in inspect.signature(documented).parameters if a != "self"]


def entries(text: str) -> dict[str, str]:
    """Returns a section's text about every argument."""
    parts = re.split(r"^    (\w+): ", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def shapes(text: str, sizes: dict[str, int]) -> list[tuple[int, ...]]:
    """Evaluates the shapes in a text, such as `[batch, 50 * bits]`.

    Brackets without a word, such as `[0, 1]`, are ranges.
    """
    found = re.findall(r"(?<!`)\[([^\[\]`]*[a-z][^\[\]`]*)\]", text)
    words = {**sizes, "ceil": math.ceil}
    return [
        tuple(eval(f"[{shape}]", {"__builtins__": {}}, words))
        for shape in found
        if "..." not in shape
    ]


class DocumentationTest(unittest.TestCase):
    def test_every_public_name_has_its_sections(self):
        for name, case in public.EVERYTHING.items():
            with self.subTest(name=name):
                found = set(sections(case.public))
                self.assertLessEqual({"Args", "Returns", "Example"}, found)
                if inspect.isclass(case.public):
                    self.assertIn("Call arguments", found)

    def test_every_argument_is_documented(self):
        for name, case in public.EVERYTHING.items():
            with self.subTest(name=name):
                text = sections(case.public)["Args"]
                for argument in own_arguments(case.public):
                    self.assertRegex(text, rf"(?m)^    [*]*{argument}: ")

    def test_inputs_have_a_documented_shape(self):
        for name, case in public.EVERYTHING.items():
            told = sections(case.public)
            if name in {**public.BACKBONES, "build_hashing_model": None}:
                continue
            about = entries(told.get("Call arguments") or told["Args"])
            for argument, array in case.inputs.items():
                with self.subTest(name=name, argument=argument):
                    documented = shapes(about[argument], case.sizes)
                    if documented:
                        self.assertIn(array.shape, documented)
                    else:
                        self.assertRegex(about[argument], "any shape|\\.\\.\\.")

    def test_outputs_have_the_documented_shape(self):
        for name, case in public.EVERYTHING.items():
            if name in public.BACKBONES:
                continue
            with self.subTest(name=name):
                text = sections(case.public)["Returns"]
                documented = shapes(text, case.sizes)
                if re.search(r"same\s+shape", text):
                    documented = [next(iter(case.inputs.values())).shape]
                for output in keras.tree.flatten(case.call(case.make())):
                    if documented and np.ndim(output):
                        self.assertEqual(np.shape(output), documented[0])

    def test_backbones_have_the_documented_shapes(self):
        for name, case in public.BACKBONES.items():
            with self.subTest(name=name):
                text = sections(case.public)["Returns"]
                (array,) = case.inputs.values()
                self.assertEqual(
                    shapes(text, case.sizes),
                    [array.shape, case.call(case.make()).shape],
                )


if __name__ == "__main__":
    unittest.main()
