"""Tests of the SavedModel's size, versions, metadata and independence."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

import numpy as np
import tensorflow as tf

from export.metadata import model_metadata
from export.saved_model import next_version
from tests.export.tiny_run import SIZE, tiny_model, write_version
from tf_dnnh.fingerprint import model_fingerprint

# Loads the model where nothing of this package can be imported.
STRANGER = """
import sys, numpy as np, tensorflow as tf
signature = tf.saved_model.load(sys.argv[1]).signatures["serving_default"]
image = tf.constant(np.load(sys.argv[2]))
print(signature(image=image)["code"].numpy().tobytes().hex())
assert not any(name.split(".")[0] == "tf_dnnh" for name in sys.modules)
"""


class SavedModelTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.base = pathlib.Path(scratch.name) / "saved_model"
        cls.model = tiny_model()
        cls.version = write_version(cls.model, cls.base)

    def test_weights_are_stored_once(self) -> None:
        weights = sum(weight.numpy().nbytes for weight in self.model.weights)
        stored = sum(
            path.stat().st_size
            for path in (self.version / "variables").iterdir()
        )
        self.assertGreater(stored, 0.9 * weights)
        self.assertLess(stored, 1.1 * weights)

    def test_first_version_and_the_next(self) -> None:
        self.assertEqual(self.version, self.base / "1")
        with tempfile.TemporaryDirectory() as folder:
            base = pathlib.Path(folder)
            for name in ("7", "12", "not-a-version", ".writing-3"):
                (base / name).mkdir()
            self.assertEqual(next_version(base), base / "13")

    def test_a_full_disk_is_an_ordinary_error(self) -> None:
        full = tf.errors.ResourceExhaustedError(None, None, "No space left")
        with (
            tempfile.TemporaryDirectory() as folder,
            mock.patch.object(tf.saved_model, "save", side_effect=full),
            self.assertRaisesRegex(OSError, "No space left on device"),
        ):
            write_version(self.model, pathlib.Path(folder))

    def test_equal_exports_are_equal_programs(self) -> None:
        again = write_version(tiny_model(), self.base)
        first, second = (
            tf.saved_model.experimental.read_fingerprint(str(path))
            for path in (self.version, again)
        )
        self.assertEqual(first.signature_def_hash, second.signature_def_hash)
        self.assertEqual(
            _metadata(self.version)["model_fingerprint"],
            _metadata(again)["model_fingerprint"],
        )

    def test_metadata(self) -> None:
        metadata = _metadata(self.version)
        self.assertEqual(metadata, model_metadata(self.model))
        self.assertEqual(metadata["bits"], 12)
        self.assertEqual(metadata["code_bytes"], 2)
        self.assertEqual(metadata["image_size"], [SIZE, SIZE])
        self.assertEqual(
            metadata["model_fingerprint"], model_fingerprint(self.model)
        )

    def test_runs_without_this_package(self) -> None:
        random = np.random.default_rng(1)
        images = random.uniform(0, 255, (3, SIZE, SIZE, 3)).astype("float32")
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "images.npy"
            np.save(path, images)
            done = subprocess.run(
                [sys.executable, "-I", "-c", STRANGER, self.version, path],
                capture_output=True,
                text=True,
                check=True,
                cwd=folder,
            )
        expected = self.model.encode(images).tobytes().hex()
        self.assertEqual(done.stdout.strip(), expected)


def _metadata(version: pathlib.Path) -> dict:
    return json.loads((version / "assets.extra/tf_dnnh.json").read_text())


if __name__ == "__main__":
    unittest.main()
