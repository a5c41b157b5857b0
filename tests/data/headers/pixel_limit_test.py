"""Tests that huge pictures are refused by their headers alone."""

import io
import struct
import unittest
import zlib

import numpy as np
import tensorflow as tf
from PIL import Image

from tf_dnnh.data.headers import MAX_PIXELS
from tf_dnnh.data.headers.pixel_limit import count_pixels
from tf_dnnh.data.preprocessing import decode_image, load_image

SIDE = 20_000


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def png(width: int, height: int) -> bytes:
    """Returns a black 1-bit PNG, written row by row."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    packer = zlib.compressobj(9)
    row = bytes(1 + -(-width // 8))
    rows = b"".join(packer.compress(row) for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", rows + packer.flush())
        + chunk(b"IEND", b"")
    )


def lossless_webp(width: int, height: int) -> bytes:
    """Returns the 34 bytes of a WebP of one colour."""
    sides = (width - 1) | (height - 1) << 14
    data = b"\x2f" + struct.pack("<I", sides) + b"\x88\x88\x88\xfe\x07\0\0\0\0"
    chunk = b"VP8L" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def resized_jpeg(width: int, height: int) -> bytes:
    """Returns a JPEG whose header promises another size than it holds."""
    content = bytearray(encoded(Image.new("RGB", (8, 8)), "JPEG"))
    at = content.index(b"\xff\xc0") + 5
    content[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(content)


def resized_gif(width: int, height: int) -> bytes:
    """Returns a GIF with a frame larger than its screen."""
    content = bytearray(encoded(Image.new("L", (8, 8)), "GIF"))
    at = content.index(b",") + 5
    content[at : at + 4] = struct.pack("<HH", width, height)
    return bytes(content)


def resized_bmp(width: int, height: int) -> bytes:
    content = bytearray(encoded(Image.new("RGB", (8, 8)), "BMP"))
    content[18:26] = struct.pack("<ii", width, height)
    return bytes(content)


def bombs() -> dict[str, bytes]:
    """Returns small files of pictures that are too large."""
    return {
        "png": png(SIDE, SIDE),
        "webp": lossless_webp(16_383, 16_383),
        "jpeg": resized_jpeg(65_500, 65_500),
        "gif": resized_gif(SIDE, SIDE),
        "bmp": resized_bmp(SIDE, SIDE),
        "bmp from the top": resized_bmp(SIDE, -SIDE),
    }


class CountPixelsTest(unittest.TestCase):
    def test_counts_the_pixels_of_every_kind(self):
        image = Image.new("RGB", (23, 17), (1, 2, 3))
        large = Image.new("RGB", (300, 5))
        cases = {
            kind: encoded(image, kind) for kind in ("JPEG", "PNG", "BMP", "GIF")
        } | {
            "progressive": encoded(image, "JPEG", progressive=True),
            "lossless": encoded(image, "WEBP", lossless=True),
            "lossy": encoded(image, "WEBP"),
            "extended": encoded(image, "WEBP", exif=b"Exif\0\0"),
        }
        for name, content in cases.items():
            with self.subTest(name):
                self.assertEqual(int(count_pixels(content)), 23 * 17)
        self.assertEqual(int(count_pixels(encoded(large, "GIF"))), 1500)
        self.assertEqual(int(count_pixels(lossless_webp(99, 7))), 693)
        self.assertEqual(int(count_pixels(resized_bmp(9, -8))), 72)

    def test_what_is_no_image_has_no_pixels(self):
        for content in (b"", b"text", b"GIF89a", b"BM", b"RIFF", b"GIF8" * 9):
            with self.subTest(content):
                self.assertLess(int(count_pixels(content)), MAX_PIXELS)


class LimitTest(unittest.TestCase):
    def test_bombs_are_refused_by_their_size(self):
        for name, content in bombs().items():
            with (
                self.subTest(name),
                self.assertRaisesRegex(
                    tf.errors.InvalidArgumentError, "more than 67,108,864 pix"
                ),
            ):
                decode_image(tf.constant(content))

    def test_long_and_thin_pictures_pass(self):
        content = encoded(Image.new("RGB", (65_500, 1)), "JPEG")
        self.assertEqual(load_image(content, (4, 4)).shape, [4, 4, 3])

    def test_the_largest_picture_passes_and_one_row_more_does_not(self):
        side = 2**13
        self.assertEqual(int(count_pixels(png(side, side))), MAX_PIXELS)
        self.assertEqual(decode_image(png(side, side)).shape[0], side)
        with self.assertRaises(tf.errors.InvalidArgumentError):
            decode_image(png(side, side + 1))

    def test_only_the_first_frame_of_an_animation_is_decoded(self):
        frames = [Image.new("L", (90, 80), shade) for shade in (7, 99)]
        content = encoded(
            frames[0], "GIF", save_all=True, append_images=frames[1:]
        )
        # A thousand frames, and the second cannot even be read.
        second = content.rindex(b"!\xf9\x04")
        for rest in (content[second:-1] * 1000, b"!\xf9\x04" + b"\xff" * 99):
            np.testing.assert_array_equal(
                decode_image(tf.constant(content[:second] + rest + b";")),
                np.full([80, 90, 3], 7, np.uint8),
            )


if __name__ == "__main__":
    unittest.main()
