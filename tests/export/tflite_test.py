"""Tests of TFLite files: operators, agreement, metadata."""

import pathlib
import tempfile
import unittest

import numpy as np

from export.metadata import model_metadata
from export.tflite import VARIANTS, read_metadata, write_tflite
from export.tflite_file import check_file, lite_runner
from tests.export.tiny_run import BITS, SIZE, tiny_model
from tf_dnnh import codes

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.uniform(0, 255, (40, SIZE, SIZE, 3)).astype(np.float32)


def representative():
    return (image[None] for image in IMAGES)


def write(model, variant: str, folder: pathlib.Path) -> pathlib.Path:
    """Writes one file with the model's own metadata."""
    path = folder / f"{variant}.tflite"
    write_tflite(model, variant, path, representative, model_metadata(model))
    return path


class TFLiteTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        cls.model = tiny_model()
        cls.paths = {
            name: write(cls.model, name, cls.folder) for name in VARIANTS
        }
        cls.logits = cls.model.logits(IMAGES).numpy()
        cls.bits = codes.bits_from_logits(cls.logits)

    def test_only_built_in_operators(self) -> None:
        for variant, path in self.paths.items():
            with self.subTest(variant):
                used = check_file(path)
                self.assertIn("CONV_2D", used)
                self.assertIn("GREATER_EQUAL", used)
                self.assertEqual(used, sorted(used))

    def test_codes_agree_with_keras(self) -> None:
        shares = {}
        for variant, path in self.paths.items():
            outputs = lite_runner(path)(IMAGES)
            self.assertEqual(outputs["code"].dtype, np.uint8)
            self.assertEqual(outputs["code"].shape, (len(IMAGES), 2))
            self.assertEqual(outputs["logits"].shape, (len(IMAGES), BITS))
            bits = codes.unpack(outputs["code"], BITS)
            # Code and logits of one file never contradict each other.
            np.testing.assert_array_equal(
                bits, codes.bits_from_logits(outputs["logits"])
            )
            shares[variant] = (bits == self.bits).mean()
        self.assertEqual(shares["float32"], 1.0)
        self.assertGreater(shares["float16"], 0.99)
        self.assertGreater(shares["dynamic_range"], 0.98)
        self.assertGreater(shares["int8"], 0.96)

    def test_any_batch(self) -> None:
        for variant, path in self.paths.items():
            with self.subTest(variant):
                encode = lite_runner(path)
                for batch in (1, 3, 40, 2):
                    code = encode(IMAGES[:batch])["code"]
                    self.assertEqual(code.shape, (batch, 2))

    def test_smaller_precision_is_smaller(self) -> None:
        sizes = [path.stat().st_size for path in self.paths.values()]
        float32, float16, dynamic_range, int8 = sizes
        self.assertLess(float16, 0.6 * float32)
        self.assertLess(dynamic_range, 0.4 * float32)
        self.assertLess(int8, 0.4 * float32)

    def test_metadata_inside(self) -> None:
        for variant, path in self.paths.items():
            expected = {**model_metadata(self.model), "variant": variant}
            self.assertEqual(read_metadata(path), expected)

    def test_the_same_model_gives_the_same_file(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            again = write(self.model, "int8", pathlib.Path(folder))
            self.assertEqual(
                again.read_bytes(), self.paths["int8"].read_bytes()
            )


class ViewsTest(unittest.TestCase):
    def test_files_average_the_views(self) -> None:
        model = tiny_model(views="mirror_and_shifts")
        logits = model.logits(IMAGES).numpy()
        expected = codes.bits_from_logits(logits)
        least = {"float32": 1.0, "int8": 0.96}
        with tempfile.TemporaryDirectory() as folder:
            for variant, share in least.items():
                path = write(model, variant, pathlib.Path(folder))
                check_file(path)
                run = lite_runner(path)
                one = [run(IMAGES[i : i + 1])["code"] for i in range(8)]
                code = run(IMAGES)["code"]
                np.testing.assert_array_equal(np.concatenate(one), code[:8])
                same = codes.unpack(code, BITS) == expected
                self.assertGreaterEqual(same.mean(), share)
                self.assertEqual(
                    read_metadata(path)["views"], "mirror_and_shifts"
                )


class Int8HeadTest(unittest.TestCase):
    """Tests that the int8 file's head is in float32, which keeps the signs."""

    def test_narrow_logits_keep_their_signs(self) -> None:
        for head in ("divide_and_encode", "fully_connected"):
            with self.subTest(head), tempfile.TemporaryDirectory() as folder:
                model = tiny_model(bits=13, head=head, scale=0.001)
                path = write(model, "int8", pathlib.Path(folder))
                outputs = lite_runner(path)(IMAGES)
                bits = codes.unpack(outputs["code"], 13)
                logits = model.logits(IMAGES).numpy()
                expected = codes.bits_from_logits(logits)
                self.assertGreater((bits == expected).mean(), 0.95)
                # More values than 8 bits have.
                self.assertGreater(len(np.unique(outputs["logits"])), 256)


if __name__ == "__main__":
    unittest.main()
