"""Tests of the outputs of the signatures, compared with Keras'."""

import io
import unittest

import numpy as np
import tensorflow as tf
from PIL import Image, ImageOps

from export.signatures import device_signatures, serving_signatures
from tests.export.pictures import (
    encoded,
    invalid_files,
    picture,
    valid_files,
)
from tests.export.tiny_run import BITS, SIZE, tiny_model
from tf_dnnh import codes
from tf_dnnh.data.preprocessing import resize


class SignaturesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.model = tiny_model()
        signatures = serving_signatures(cls.model) | device_signatures(
            cls.model
        )
        cls.call = {
            name: tf.function(
                signature.function,
                input_signature=[signature.spec],
                autograph=False,
            )
            for name, signature in signatures.items()
        }
        random = np.random.default_rng(0)
        cls.pixels = random.integers(0, 256, (5, SIZE, SIZE, 3), np.uint8)
        cls.logits = cls.model.logits(cls.pixels).numpy()
        cls.packed = codes.pack(codes.bits_from_logits(cls.logits))

    def assert_codes(self, outputs: dict) -> None:
        self.assertEqual(outputs["code"].dtype, tf.uint8)
        np.testing.assert_array_equal(outputs["code"], self.packed)
        relaxed = outputs["relaxed"]
        self.assertEqual(relaxed.dtype, tf.float32)
        np.testing.assert_allclose(relaxed, self.model(self.pixels), atol=1e-5)

    def test_float_and_uint8_images(self) -> None:
        floats = tf.constant(self.pixels, tf.float32)
        self.assert_codes(self.call["serving_default"](floats))
        self.assert_codes(self.call["serving_uint8"](self.pixels))

    def test_encoded_images(self) -> None:
        files = [tf.io.encode_png(image) for image in self.pixels]
        outputs = self.call["serving_bytes"](tf.stack(files))
        self.assert_codes(outputs)
        self.assertEqual(
            list(outputs["code_bytes"].numpy()),
            [code.tobytes() for code in self.packed],
        )

    def test_encode_gives_logits(self) -> None:
        outputs = self.call["encode"](tf.constant(self.pixels, tf.float32))
        np.testing.assert_array_equal(outputs["code"], self.packed)
        np.testing.assert_allclose(outputs["logits"], self.logits, atol=1e-4)
        self.assertEqual(set(outputs), {"code", "logits"})

    def test_every_kind_of_file_has_the_code_of_its_picture(self) -> None:
        for name, content in valid_files().items():
            with self.subTest(name):
                code = self.call["serving_bytes"]([content])["code"].numpy()
                image = _decoded_by_pillow(content)
                logits = self.model.logits(
                    resize(image[None], (SIZE, SIZE))
                ).numpy()
                expected = codes.bits_from_logits(logits)
                # JPEG decoders round differently.
                decided = np.abs(logits) > 0.5
                self.assertGreater(decided.sum(), BITS // 2)
                same = codes.unpack(code, BITS) == expected
                self.assertTrue(same[decided].all())

    def test_pictures_are_cropped_as_in_training(self) -> None:
        content = encoded(Image.linear_gradient("L"), "PNG")
        model = tiny_model(0)
        model.load_size = (SIZE + 8, SIZE + 5)
        function = serving_signatures(model)["serving_bytes"].function
        large = resize(_decoded_by_pillow(content)[None], model.load_size)
        middle = large[:, 4 : SIZE + 4, 2 : SIZE + 2]
        np.testing.assert_allclose(
            function(tf.constant([content]))["relaxed"],
            model(middle),
            atol=1e-5,
        )

    def test_one_batch_of_all_kinds(self) -> None:
        files = list(valid_files().values())
        together = self.call["serving_bytes"](tf.constant(files))["code"]
        alone = [self.call["serving_bytes"]([f])["code"][0] for f in files]
        np.testing.assert_array_equal(together, alone)

    def test_thirty_megapixels(self) -> None:
        large = Image.new("RGB", (6000, 5000), (10, 200, 30))
        small = Image.new("RGB", (SIZE, SIZE), (10, 200, 30))
        files = [encoded(image, "PNG") for image in (large, small)]
        code = self.call["serving_bytes"](tf.constant(files))["code"].numpy()
        np.testing.assert_array_equal(code[0], code[1])

    def test_bytes_that_are_no_image_are_an_invalid_argument(self) -> None:
        for name, content in invalid_files().items():
            with (
                self.subTest(name),
                self.assertRaises(tf.errors.InvalidArgumentError),
            ):
                self.call["serving_bytes"]([content])

    def test_one_bad_image_fails_its_batch(self) -> None:
        good = encoded(picture(), "PNG")
        with self.assertRaises(tf.errors.InvalidArgumentError):
            self.call["serving_bytes"](tf.constant([good, b"bad"]))


def _decoded_by_pillow(content: bytes) -> np.ndarray:
    image = Image.open(io.BytesIO(content))
    if image.mode.startswith("I;16"):
        grey = np.asarray(image) >> 8
        return np.repeat(grey[..., None], 3, axis=-1).astype(np.uint8)
    if image.mode == "RGBA":
        return np.asarray(image)[..., :3]
    return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))


if __name__ == "__main__":
    unittest.main()
