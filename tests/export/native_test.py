"""C and C++ programs run the SavedModel and give the very codes of Keras.

They are compiled here against the TensorFlow that is installed: the C API
(`TF_LoadSessionFromSavedModel`) and the C++ `LoadSavedModel` of TensorFlow's
model servers. No Python takes part once they run.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
from collections.abc import Iterable

import tensorflow as tf

from tests.export.tiny_export import HEIGHT, WIDTH, tiny_export

HERE = pathlib.Path(__file__).parent
LIBRARIES = (
    # Nothing in the C++ program itself names what the second one registers.
    "-Wl,--no-as-needed",
    "-l:libtensorflow_cc.so.2",
    "-l:libtensorflow_framework.so.2",
)


class Checks:
    """Compiles `source` once and runs it on the tiny export."""

    source = ""
    compiler = ""
    flags: tuple[str, ...] = ()

    @classmethod
    def setUpClass(cls) -> None:
        if not shutil.which(cls.compiler):
            raise unittest.SkipTest(f"no compiler `{cls.compiler}`")
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.program = cls.folder / "encode"
        library = tf.sysconfig.get_lib()
        subprocess.run(
            [
                cls.compiler,
                *cls.flags,
                *("-isystem", tf.sysconfig.get_include()),
                str(HERE / cls.source),
                f"-L{library}",
                *LIBRARIES,
                f"-Wl,-rpath,{library}",
                *("-o", str(cls.program)),
            ],
            check=True,
        )
        cls.export = tiny_export()

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
        done = self.encode("serving_default", [path])
        self.assertEqual((done.returncode, done.stdout), (1, ""))

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
    source = "c_api/encode.c"
    compiler = "gcc"
    flags = ("-std=c11", "-Wall", "-Wextra", "-Werror", "-O1")


class CcApiTest(Checks, unittest.TestCase):
    source = "cc_api/encode.cc"
    compiler = "g++"
    flags = ("-Wall", "-Werror", "-O0", *tf.sysconfig.get_compile_flags()[1:])


if __name__ == "__main__":
    unittest.main()
