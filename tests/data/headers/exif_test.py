import io
import unittest

import numpy as np
import tensorflow as tf
from PIL import Image, ImageOps

from tf_dnnh.data.headers import exif
from tf_dnnh.data.preprocessing import decode_image

# Blocks that survive JPEG, without any symmetry.
BLOCKS = np.random.default_rng(0).integers(0, 256, [5, 6, 3], np.uint8)
PHOTO = Image.fromarray(BLOCKS.repeat(8, axis=0).repeat(8, axis=1))


def photo(noted: int | None, little_endian: bool = False) -> bytes:
    """Encodes a JPEG file with an EXIF orientation."""
    buffer = io.BytesIO()
    header = Image.Exif()
    header.endian = "<" if little_endian else ">"
    header[0x010F] = "a maker, so that the tag is not the first"
    if noted is not None:
        header[0x0112] = noted
    header[0x0132] = "2020:01:01 00:00:00"
    PHOTO.save(buffer, "JPEG", quality=95, exif=header.tobytes())
    return buffer.getvalue()


class OrientationTest(unittest.TestCase):
    def test_reads_all_orientations_in_both_byte_orders(self):
        for little_endian in (False, True):
            for noted in range(1, 9):
                contents = tf.constant(photo(noted, little_endian))
                self.assertEqual(int(exif.orientation(contents)), noted)

    def test_nonsense_and_nothing_mean_upright(self):
        cases = {
            "no tag": photo(None),
            "zero": photo(0),
            "nine": photo(9),
            "empty": b"",
            "short": b"\xff\xd8\xff",
            "cut": photo(6)[:40],
            "png": tf.io.encode_png(BLOCKS).numpy(),
        }
        for name, contents in cases.items():
            with self.subTest(name):
                self.assertEqual(
                    int(exif.orientation(tf.constant(contents))), 1
                )

    def test_damaged_headers_raise_nothing(self):
        contents = bytearray(photo(6))
        rng = np.random.default_rng(0)
        for _ in range(30):
            damaged = bytearray(contents)
            for at in rng.integers(12, 120, 8):
                damaged[at] = rng.integers(256)
            noted = int(exif.orientation(tf.constant(bytes(damaged))))
            self.assertIn(noted, range(1, 9))

    def test_with_and_without_a_jfif_segment(self):
        with_both = photo(6)
        self.assertEqual(with_both[6:10], b"JFIF")
        without = with_both[:2] + with_both[20:]
        self.assertEqual(without[6:10], b"Exif")
        for contents in (with_both, without):
            self.assertEqual(int(exif.orientation(tf.constant(contents))), 6)


class UprightTest(unittest.TestCase):
    def test_turns_as_pillow_does(self):
        decode = tf.function(
            decode_image, input_signature=[tf.TensorSpec([], tf.string)]
        )
        for noted in range(1, 9):
            with self.subTest(noted):
                contents = photo(noted)
                expected = np.asarray(
                    ImageOps.exif_transpose(Image.open(io.BytesIO(contents)))
                )
                image = decode(contents).numpy()
                self.assertEqual(image.shape, expected.shape)
                error = np.abs(image.astype(int) - expected)
                self.assertLess(error.mean(), 3)


if __name__ == "__main__":
    unittest.main()
