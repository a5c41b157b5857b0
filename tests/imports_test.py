"""Tests of the directions of imports, and of what `import tf_dnnh` loads."""

import importlib
import pathlib
import subprocess
import sys
import unittest

import keras

import tf_dnnh
from tests import imports

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHIPPED = ("tf_dnnh", "trainers", "export")

# Package -> the first-party packages its modules may import, besides itself.
ALLOWED = {
    "tf_dnnh/layers": {"tf_dnnh/codes"},
    "tf_dnnh/losses": {"tf_dnnh/codes", "tf_dnnh/keras_internals"},
    "tf_dnnh/codes": set(),
    "tf_dnnh/keras_internals": set(),
    "tf_dnnh/fields": set(),
    "tf_dnnh/augment_config": {"tf_dnnh/fields"},
    "tf_dnnh/errors": set(),
    "tf_dnnh/files": set(),
    "tf_dnnh/locking": {"tf_dnnh/errors"},
    "tf_dnnh/stopping": {"tf_dnnh/errors"},
    "tf_dnnh/commands": {
        "tf_dnnh/errors",
        "tf_dnnh/fields",
        "tf_dnnh/stopping",
    },
    "tf_dnnh/pages": set(),
    "tf_dnnh/runs": {
        "tf_dnnh/codes",
        "tf_dnnh/data",
        "tf_dnnh/errors",
        "tf_dnnh/files",
        "tf_dnnh/models",
        "tf_dnnh/version",
    },
    "tf_dnnh/data": {
        "tf_dnnh/augment_config",
        "tf_dnnh/commands",
        "tf_dnnh/errors",
        "tf_dnnh/files",
    },
    "tf_dnnh/models": {
        "tf_dnnh/codes",
        "tf_dnnh/data",
        "tf_dnnh/layers",
        "tf_dnnh/losses",
    },
    "tf_dnnh/callbacks": {"tf_dnnh/codes", "tf_dnnh/metrics"},
    "tf_dnnh/metrics": {"tf_dnnh/codes"},
    "tf_dnnh/baselines": {"tf_dnnh/codes"},
    "tf_dnnh/search": {
        "tf_dnnh/codes",
        "tf_dnnh/commands",
        "tf_dnnh/data",
        "tf_dnnh/errors",
        "tf_dnnh/files",
        "tf_dnnh/fingerprint",
        "tf_dnnh/locking",
        "tf_dnnh/metrics",
        "tf_dnnh/models",
        "tf_dnnh/pages",
        "tf_dnnh/runs",
        "tf_dnnh/stopping",
        "tf_dnnh/version",
    },
    "tf_dnnh/encode": {
        "tf_dnnh/codes",
        "tf_dnnh/commands",
        "tf_dnnh/errors",
        "tf_dnnh/files",
        "tf_dnnh/locking",
        "tf_dnnh/runs",
        "tf_dnnh/search",
        "tf_dnnh/stopping",
    },
    "tf_dnnh/version": set(),
    "trainers": {"tf_dnnh"},
    "export": {"tf_dnnh"},
}
# One array library per folder; none in modules that the command line loads.
FOREIGN = {
    "tf_dnnh/augment_config": {"tensorflow", "keras", "numpy"},
    "tf_dnnh/layers": {"tensorflow", "numpy"},
    "tf_dnnh/losses": {"tensorflow", "numpy"},
    "tf_dnnh/metrics": {"tensorflow", "keras"},
    "tf_dnnh/baselines": {"tensorflow", "keras"},
}
HEAVY = (
    "tensorflow",
    "keras",
    "tensorflow_datasets",
    "faiss",
    "ray",
    "matplotlib",
    "sklearn",
    "trainers",
    "export",
)


def unit(module: pathlib.Path) -> str:
    """Returns `tf_dnnh/x` for a module in tf_dnnh, else the top package."""
    parts = module.with_suffix("").parts
    if parts[0] != "tf_dnnh" or parts[1] == "__init__":
        return parts[0]
    return "/".join(parts[:2])


class DirectionsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.modules = [
            module
            for module in imports.modules(ROOT)
            if module.parts[0] in SHIPPED
        ]

    def test_every_package_keeps_to_its_direction(self):
        for module in self.modules:
            here = unit(module)
            allowed = ALLOWED.get(here)
            for other in imports.first_party(ROOT, module):
                there = unit(other)
                with self.subTest(module=str(module), imports=str(other)):
                    if allowed is None:
                        self.assertEqual(other.parts[0], "tf_dnnh")
                    elif there != here:
                        self.assertTrue(
                            {there, other.parts[0]} & allowed,
                            f"{here} may import {sorted(allowed)}",
                        )

    def test_one_arithmetic_library_a_folder(self):
        for module in self.modules:
            banned = FOREIGN.get(unit(module), set())
            with self.subTest(module=str(module)):
                used = imports.pip_packages(ROOT, module)
                self.assertFalse(used & banned)

    def test_import_tf_dnnh_does_without_the_heavy_ones(self):
        run_python(
            "import sys\n"
            f"sys.modules.update(dict.fromkeys({HEAVY!r}))\n"
            "import tf_dnnh\n"
        )

    def test_an_index_needs_neither_tensorflow_nor_faiss(self):
        run_python(
            "import sys\n"
            f"sys.modules.update(dict.fromkeys({HEAVY!r}))\n"
            "from tf_dnnh import search\n"
            "search.LinearIndex(8), search.HammingIndex(8)\n"
        )

    def test_keras_knows_the_classes_whoever_comes_first(self):
        for first in (
            "import tf_dnnh",
            "import keras",
            "from tf_dnnh.layers.piecewise_threshold import PiecewiseThreshold",
        ):
            with self.subTest(first=first):
                run_python(
                    f"{first}\n"
                    "import tf_dnnh, keras\n"
                    "layer = keras.saving.deserialize_keras_object({\n"
                    "    'class_name': 'PiecewiseThreshold',\n"
                    "    'module': 'tf_dnnh.layers.piecewise_threshold',\n"
                    "    'registered_name': 'tf_dnnh>PiecewiseThreshold',\n"
                    "    'config': {'epsilon': 0.25},\n"
                    "})\n"
                    "assert type(layer) is tf_dnnh.layers.PiecewiseThreshold\n"
                )

    def test_every_registered_class_is_known_beforehand(self):
        for name in ("layers", "losses", "models"):
            importlib.import_module(f"tf_dnnh.{name}")
        registered = {
            key.removeprefix("tf_dnnh>")
            for key in keras.saving.get_custom_objects()
            if key.startswith("tf_dnnh>")
        }
        self.assertEqual(registered, set(tf_dnnh._SERIALIZABLE))


def run_python(program: str) -> None:
    """Runs a program, which must succeed, in a separate process."""
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        raise AssertionError(run.stderr)


if __name__ == "__main__":
    unittest.main()
