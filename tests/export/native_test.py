"""Tests that C and C++ programs compute Keras' codes with the SavedModel.

They are compiled against the installed TensorFlow, and use the C API
(`TF_LoadSessionFromSavedModel`) and the C++ `LoadSavedModel` of TensorFlow's
model servers. They run without Python.
"""

import os
import pathlib
import subprocess
import tempfile
import unittest
from collections.abc import Iterable

from tests.export import native_build
from tests.export.tiny_export import HEIGHT, WIDTH, tiny_export


class Checks:
    """Tests of a program in either language."""

    language = ""

    @classmethod
    def setUpClass(cls) -> None:
        if not native_build.has_compiler(cls.language):
            raise unittest.SkipTest(f"no compiler for {cls.language}")
        cls.program = native_build.build(cls.language)
        cls.export = tiny_export()

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_program(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [str(self.program), *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"},
        )

    def encode(
        self, signature: str, files: Iterable[pathlib.Path]
    ) -> subprocess.CompletedProcess:
        return self.run_program(
            str(self.export.saved_model), signature, *map(str, files)
        )

    def assert_codes(
        self, signature: str, files: list[pathlib.Path], expected: list[str]
    ) -> None:
        for batch in (files, files[:1]):
            with self.subTest(signature=signature, images=len(batch)):
                done = self.encode(signature, batch)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(done.stdout.split(), expected[: len(batch)])

    def test_image_files(self):
        self.assert_codes(
            "serving_bytes", self.export.files, self.export.file_codes
        )

    def test_pixels(self):
        for signature in ("serving_default", "serving_uint8"):
            self.assert_codes(
                signature, self.export.pixel_files, self.export.pixel_codes
            )

    def test_no_image(self):
        path = self.folder / "no_image.jpg"
        path.write_bytes(b"this is no image")
        done = self.encode("serving_bytes", [self.export.files[0], path])
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("image", done.stderr)

    def test_pixels_of_the_wrong_size(self):
        path = self.folder / "wrong.ppm"
        header = f"P6\n{WIDTH + 2} {HEIGHT + 3}\n255\n".encode()
        path.write_bytes(header + bytes((WIDTH + 2) * (HEIGHT + 3) * 3))
        for signature in ("serving_default", "serving_uint8"):
            with self.subTest(signature=signature):
                done = self.encode(signature, [path])
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertIn("shape", done.stderr.lower())

    def test_wrong_command(self):
        saved_model, image = str(self.export.saved_model), "image.jpg"
        for status, arguments in (
            (2, ()),
            (1, ("/no/such/model", "serving_bytes", image)),
            (1, (saved_model, "no_such_signature", image)),
            (1, (saved_model, "serving_bytes", "/no/such/image.jpg")),
        ):
            with self.subTest(arguments=arguments):
                done = self.run_program(*arguments)
                self.assertEqual((done.returncode, done.stdout), (status, ""))
                self.assertTrue(done.stderr)


class CApiTest(Checks, unittest.TestCase):
    language = "c"


class CcApiTest(Checks, unittest.TestCase):
    language = "cc"


if __name__ == "__main__":
    unittest.main()
