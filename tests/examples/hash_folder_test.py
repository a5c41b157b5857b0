"""Tests that the device example computes Keras' codes without TensorFlow."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

import numpy as np
import tensorflow as tf
from PIL import Image

from tests.examples import device_export
from tests.examples.scripts import SCRIPTS, import_script
from tf_dnnh import codes
from tf_dnnh.data import preprocessing

# Modules of these names come first on the path and cannot be imported.
FORBIDDEN = ("tensorflow", "keras", "tf_dnnh", "export", "absl")


class MissingPackageTest(unittest.TestCase):
    def test_a_package_that_is_missing_is_one_sentence(self):
        with tempfile.TemporaryDirectory() as folder:
            blocked = pathlib.Path(folder) / "PIL.py"
            blocked.write_text(
                "raise ModuleNotFoundError('no PIL', name='PIL')\n"
            )
            for script in ("python/hash_folder.py", "web/build_site.py"):
                finished = subprocess.run(
                    [sys.executable, SCRIPTS.parent / script, "--help"],
                    env={"PYTHONPATH": folder},
                    capture_output=True,
                    text=True,
                    check=False,
                )
                self.assertEqual(finished.returncode, 1)
                self.assertRegex(
                    finished.stderr, "^error: PIL is not .*pip install.*\n$"
                )


class HashFolderTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        cls.model, files = device_export.export_device_files(
            cls.folder / "first", seed=0
        )
        cls.file = files["float32"]
        _, others = device_export.export_device_files(
            cls.folder / "second", seed=1
        )
        cls.other_file = others["float32"]
        cls.images = cls.folder / "images"
        cls.pictures = device_export.write_pictures(cls.images)
        cls.blocked = cls.folder / "blocked"
        cls.blocked.mkdir()
        for name in FORBIDDEN:
            (cls.blocked / f"{name}.py").write_text(
                f"raise ImportError('{name} is not on this device')\n"
            )

    def run_script(self, *arguments) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, SCRIPTS / "hash_folder.py", *map(str, arguments)],
            env={"PYTHONPATH": str(self.blocked)},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )

    def encode(self, name: str, model: pathlib.Path) -> pathlib.Path:
        output = self.folder / name
        result = self.run_script(
            "encode",
            f"--model={model}",
            f"--images={self.images}",
            f"--output={output}",
        )
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("ms per image", result.stdout)
        return output

    def keras_logits(self, path: pathlib.Path) -> np.ndarray:
        contents = tf.io.read_file(str(path))
        image = preprocessing.load_image(
            contents, self.model.image_size, self.model.load_size
        )
        return self.model.logits(image[None]).numpy()[0]

    def test_the_block_works(self):
        result = subprocess.run(
            [sys.executable, "-c", "import tensorflow"],
            env={"PYTHONPATH": str(self.blocked)},
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertIn("tensorflow is not on this device", result.stderr)

    def test_codes_are_those_of_keras(self):
        output = self.encode("codes.npz", self.file)
        with np.load(output) as file:
            ids, packed = file["ids"], file["codes"]
        self.assertEqual(
            list(ids),
            sorted(
                path.relative_to(self.images).as_posix()
                for path in self.pictures
            ),
        )
        bits = codes.unpack(packed, self.model.bits)
        for name, row in zip(ids, bits, strict=True):
            logits = self.keras_logits(self.images / name)
            sure = np.abs(logits) > 1e-3
            np.testing.assert_array_equal(row[sure], (logits >= 0)[sure], name)

    def test_search_finds_the_picture_itself_first(self):
        output = self.encode("codes.npz", self.file)
        picture = self.pictures[3]
        result = self.run_script(
            "search",
            f"--model={self.file}",
            f"--codes={output}",
            "--neighbours=2",
            picture,
        )
        head, first, second = result.stdout.splitlines()
        self.assertIn(f"({len(self.pictures)} codes searched in", head)
        name = picture.relative_to(self.images).as_posix()
        self.assertEqual(first.split(), ["0", name])
        self.assertGreater(int(second.split()[0]), -1)

    def test_codes_of_two_models_are_not_mixed(self):
        ours = self.encode("codes.npz", self.file)
        theirs = self.encode("others.npz", self.other_file)
        result = self.run_script(
            "search",
            f"--model={self.file}",
            f"--codes={ours}",
            f"--codes={theirs}",
            self.pictures[0],
        )
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stdout, "")
        self.assertIn("others.npz holds codes of another model", result.stderr)
        self.assertNotIn("Traceback", result.stderr)

    def test_a_file_without_metadata_is_refused(self):
        bare = self.folder / "bare.tflite"
        contents = self.file.read_bytes()
        bare.write_bytes(contents[: contents.rindex(b"PK\x03\x04")])
        result = self.run_script("time", f"--model={bare}")
        self.assertEqual(result.returncode, 1)
        self.assertIn("holds no `tf_dnnh.json`", result.stderr)

    def test_unreadable_pictures_are_reported_and_skipped(self):
        mixed = self.folder / "mixed"
        mixed.mkdir()
        (mixed / "broken.png").write_bytes(b"no picture")
        whole = self.pictures[2].read_bytes()
        (mixed / "cut.png").write_bytes(whole[: len(whole) // 2])
        (mixed / "good.png").write_bytes(whole)
        arguments = ("encode", f"--model={self.file}", f"--images={mixed}")
        result = self.run_script(*arguments, "--output=mixed.npz")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stderr.count("Skipped"), 2)
        with np.load(self.folder / "mixed.npz") as file:
            self.assertEqual(list(file["ids"]), ["good.png"])

        (mixed / "good.png").unlink()
        result = self.run_script(*arguments, "--output=none.npz")
        self.assertEqual(result.returncode, 1)
        self.assertIn("None of the pictures could be read", result.stderr)
        self.assertFalse((self.folder / "none.npz").exists())

    def test_time_is_measured_on_as_many_codes_as_asked_for(self):
        result = self.run_script("time", f"--model={self.file}")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(
            result.stdout, r"ms per search over 100,000 codes of 12 bits"
        )


class PixelsTest(unittest.TestCase):
    """Tests that every kind of picture gives the same pixels as in training."""

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        cls.hasher = import_script("hasher")

    def compare(self, path: pathlib.Path, tolerance: float):
        picture = self.hasher.read_picture(path)
        ours = self.hasher.to_pixels(picture, (24, 20))
        contents = tf.io.read_file(str(path))
        theirs = preprocessing.load_image(contents, (24, 20)).numpy()
        np.testing.assert_allclose(ours, theirs, atol=tolerance, rtol=0)
        ours = self.hasher.to_pixels(picture, (24, 20), (29, 32))
        theirs = preprocessing.load_image(contents, (24, 20), (29, 32)).numpy()
        np.testing.assert_allclose(ours, theirs, atol=tolerance, rtol=0)

    def test_lossless_pictures_of_every_mode(self):
        picture = device_export.draw_picture(60, 70, seed=5)
        alpha = Image.linear_gradient("L").resize(picture.size)
        faded = picture.copy()
        faded.putalpha(alpha)
        deep = np.asarray(picture.convert("L")).astype(np.uint16) * 257
        pictures = {
            "rgb.png": picture,
            "grey.png": picture.convert("L"),
            "palette.png": picture.quantize(32),
            "alpha.png": faded,
            "grey_alpha.png": faded.convert("LA"),
            "deep.png": Image.fromarray(deep),
            "picture.bmp": picture,
            "picture.gif": picture.quantize(32),
            "picture.webp": picture,
        }
        for name, image in pictures.items():
            with self.subTest(name=name):
                image.save(self.folder / name, lossless=True)
                self.compare(self.folder / name, 1e-3)

    def test_jpeg_decoders_differ_by_a_few_grey_levels(self):
        self.compare(device_export.write_photo(self.folder), 5)


class CodeTableTest(unittest.TestCase):
    def test_search_is_a_stable_sort_by_distance(self):
        table_class = import_script("code_table").CodeTable
        random = np.random.default_rng(0)
        for code_bytes in (1, 2, 6, 8, 9):
            stored = random.integers(0, 4, (500, code_bytes), dtype=np.uint8)
            query = stored[7]
            different = np.unpackbits(stored ^ query, axis=1).sum(axis=1)
            expected = np.argsort(different, kind="stable")[:20]
            distances, rows = table_class(stored).search(query, 20)
            np.testing.assert_array_equal(rows, expected)
            np.testing.assert_array_equal(distances, different[expected])


if __name__ == "__main__":
    unittest.main()
