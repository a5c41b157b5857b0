"""Tests that pictures too large to decode are refused by their header."""

import io
import struct
import unittest

import numpy as np
from PIL import Image

from tests.export.pictures import encoded, invalid_files, picture, valid_files
from tests.search.bombs import WEBP_BOMB, png
from tf_dnnh.search.picture_error import PictureError
from tf_dnnh.search.picture_header import check_header


class SizesTest(unittest.TestCase):
    def test_sizes_are_those_of_the_pixels(self):
        # The limit is one pixel below, and exactly at, their number.
        for kind in ("PNG", "JPEG", "BMP", "GIF"):
            contents = encoded(picture(31, 47), kind)
            with self.subTest(kind=kind):
                self.assertEqual(
                    check_header(contents, 31 * 47), f"image/{kind.lower()}"
                )
                with self.assertRaisesRegex(PictureError, "47 x 31 pixels"):
                    check_header(contents, 31 * 47 - 1)

    def test_the_three_kinds_of_webp(self):
        rgb = picture(31, 47)
        alpha = rgb.copy()
        alpha.putalpha(Image.fromarray(np.asarray(rgb)[..., 0]))
        for name, contents in {
            "lossy": encoded(rgb, "WEBP"),
            "lossless": encoded(rgb, "WEBP", lossless=True),
            "extended": encoded(alpha, "WEBP"),
        }.items():
            with self.subTest(name=name):
                self.assertEqual(check_header(contents, 31 * 47), "image/webp")
                with self.assertRaisesRegex(PictureError, "47 x 31 pixels"):
                    check_header(contents, 31 * 47 - 1)

    def test_good_pictures_pass(self):
        for name, contents in valid_files().items():
            with self.subTest(name=name):
                self.assertRegex(check_header(contents), "^image/")

    def test_what_is_no_picture_is_refused(self):
        files = invalid_files()
        for name in ("nothing", "text", "tiff", "start of a png"):
            with self.subTest(name=name), self.assertRaises(PictureError):
                check_header(files[name])


class BombsTest(unittest.TestCase):
    def assert_too_large(self, contents: bytes) -> None:
        with self.assertRaisesRegex(PictureError, "pixels, more than"):
            check_header(contents)

    def test_webp(self):
        self.assertEqual(len(WEBP_BOMB), 34)
        self.assert_too_large(WEBP_BOMB)

    def test_one_bit_png(self):
        self.assert_too_large(png(20_000, 20_000, rows=20_000))

    def test_size_beyond_pillows_own_limit(self):
        self.assert_too_large(png(2**31 - 1, 2**31 - 1))

    def test_jpeg(self):
        contents = bytearray(encoded(picture(), "JPEG"))
        frame = contents.index(b"\xff\xc0")
        contents[frame + 5 : frame + 9] = b"\xff\xdc\xff\xdc"
        self.assert_too_large(bytes(contents))

    def test_bmp_of_negative_height(self):
        contents = bytearray(encoded(picture(), "BMP"))
        contents[18:26] = struct.pack("<ii", 30_000, -30_000)
        self.assert_too_large(bytes(contents))

    def test_frames_of_a_gif_count_together(self):
        frames = [
            Image.fromarray(np.full((100, 100), i, np.uint8)) for i in range(9)
        ]
        file = io.BytesIO()
        frames[0].save(
            file, "GIF", save_all=True, append_images=frames[1:], disposal=2
        )
        # 9 x 10,000 pixels count as 30,000.
        check_header(file.getvalue(), 30_000)
        with self.assertRaisesRegex(PictureError, "30000 x 1 pixels"):
            check_header(file.getvalue(), 29_999)


if __name__ == "__main__":
    unittest.main()
