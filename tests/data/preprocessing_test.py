import io
import struct
import unittest

import numpy as np
import tensorflow as tf
from PIL import Image

from tests.data import toy
from tf_dnnh.data import preprocessing
from tf_dnnh.data.preprocessing import center_crop, decode_image, resize

PIXELS = toy.pictures(1, 24)[0]


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def as_pillow(contents: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(contents)).convert("RGB"))


class DecodeImageTest(unittest.TestCase):
    def test_lossless_kinds_equal_pillow(self):
        rgb = Image.fromarray(PIXELS)
        cases = {
            "rgb": encoded(rgb, "PNG"),
            "grey": encoded(rgb.convert("L"), "PNG"),
            "grey_alpha": encoded(rgb.convert("LA"), "PNG"),
            "palette": encoded(rgb.convert("P"), "PNG"),
            "alpha": encoded(rgb.convert("RGBA"), "PNG"),
            "one_bit": encoded(rgb.convert("1"), "PNG"),
            "bmp": encoded(rgb, "BMP"),
            "bmp_grey": encoded(rgb.convert("L"), "BMP"),
            "gif": encoded(rgb.convert("P"), "GIF"),
            "webp": encoded(rgb, "WEBP", lossless=True),
        }
        for name, contents in cases.items():
            with self.subTest(name):
                image = decode_image(tf.constant(contents))
                self.assertEqual(image.dtype, tf.uint8)
                np.testing.assert_array_equal(image, as_pillow(contents))

    def test_jpegs_equal_pillow(self):
        smooth = Image.fromarray(PIXELS[:4, :4]).resize((64, 48))
        # The conversion from CMYK is not standardised.
        for mode, tolerance in (("RGB", 1), ("L", 1), ("CMYK", 6)):
            with self.subTest(mode):
                contents = encoded(smooth.convert(mode), "JPEG", quality=90)
                image = decode_image(tf.constant(contents)).numpy()
                np.testing.assert_allclose(
                    image.astype(int), as_pillow(contents), atol=tolerance
                )

    def test_sixteen_bits_keep_the_upper_eight(self):
        wide = np.arange(0, 65536, 257 * 3, dtype=np.uint16).reshape(-1, 2)
        contents = tf.io.encode_png(wide[..., None])
        image = decode_image(contents).numpy()
        np.testing.assert_array_equal(image[..., 0], wide >> 8)
        np.testing.assert_array_equal(image[..., 0], image[..., 2])

    def test_first_frame_of_an_animation(self):
        frames = [
            Image.fromarray(x).convert("P") for x in (PIXELS, 255 - PIXELS)
        ]
        contents = encoded(
            frames[0], "GIF", save_all=True, append_images=frames[1:]
        )
        image = decode_image(tf.constant(contents))
        np.testing.assert_array_equal(image, as_pillow(contents))

    def test_static_shape_in_a_graph(self):
        spec = tf.TensorSpec([], tf.string)
        graph = tf.function(decode_image).get_concrete_function(spec)
        self.assertEqual(graph.structured_outputs.shape.as_list()[2], 3)
        self.assertEqual(graph.structured_outputs.shape.rank, 3)

    def test_what_is_no_image_is_an_error(self):
        whole = encoded(Image.fromarray(PIXELS), "PNG")
        palette = Image.fromarray(PIXELS).convert("P")
        cases = {
            "empty": b"",
            "text": b"hello",
            "truncated": whole[: len(whole) // 2],
            "tiff": encoded(Image.fromarray(PIXELS), "TIFF"),
            # TensorFlow would read its palette indices as grey values.
            "bmp_palette": encoded(palette, "BMP"),
        }
        for name, contents in cases.items():
            with (
                self.subTest(name),
                self.assertRaises(tf.errors.InvalidArgumentError),
            ):
                decode_image(tf.constant(contents))


class BmpPaletteTest(unittest.TestCase):
    """Tests 8-bit BMPs with each length of header in use."""

    HEADERS = (40, 108, 124)
    GREY = b"".join(bytes([i, i, i, 0]) for i in range(256))
    COLOURS = b"".join(bytes([i, 255 - i, 7, 0]) for i in range(256))

    def bmp(self, header: int, palette: bytes) -> bytes:
        """Encodes the red channel of `PIXELS` as BMP, from the bottom up."""
        rows = PIXELS[::-1, :, 0]
        height, width = rows.shape
        self.assertEqual(width % 4, 0)
        start = 14 + header + len(palette)
        info = struct.pack(
            "<IiiHHIIiiII",
            header,
            width,
            height,
            1,
            8,
            0,
            rows.size,
            2835,
            2835,
            256,
            0,
        )
        if header > 40:
            # Masks of the channels, not used at 8 bits, and the colour space.
            info += bytes(16) + b"BGRs"
        end = start + rows.size
        return (
            struct.pack("<2sIHHI", b"BM", end, 0, 0, start)
            + info.ljust(header, b"\0")
            + palette
            + rows.tobytes()
        )

    def test_grey_is_accepted(self):
        for header in self.HEADERS:
            with self.subTest(header=header):
                contents = self.bmp(header, self.GREY)
                image = decode_image(tf.constant(contents))
                np.testing.assert_array_equal(image, as_pillow(contents))
                np.testing.assert_array_equal(image[..., 1], PIXELS[..., 0])

    def test_colours_are_refused(self):
        for header in self.HEADERS:
            with (
                self.subTest(header=header),
                self.assertRaisesRegex(
                    tf.errors.InvalidArgumentError, "colour palette"
                ),
            ):
                decode_image(tf.constant(self.bmp(header, self.COLOURS)))

    def test_any_stated_length_of_the_header_is_survived(self):
        good = self.bmp(40, self.GREY)
        for length in (0, 2**31 - 1, 2**32 - 1):
            contents = good[:14] + struct.pack("<I", length) + good[18:]
            with (
                self.subTest(length=length),
                self.assertRaises(tf.errors.InvalidArgumentError),
            ):
                decode_image(tf.constant(contents))


def random_picture(height: int, width: int) -> np.ndarray:
    return tf.io.decode_png(toy.png(height, width)).numpy()


class ResizeTest(unittest.TestCase):
    def test_right_size_is_only_cast(self):
        image = resize(PIXELS, (24, 24))
        self.assertEqual(image.dtype, tf.float32)
        np.testing.assert_array_equal(image, PIXELS)

    def test_a_size_that_is_unknown_beforehand(self):
        spec = tf.TensorSpec([None, None, 3], tf.uint8)
        function = tf.function(lambda image: resize(image, (24, 20)))
        traced = function.get_concrete_function(spec)
        self.assertEqual(traced.structured_outputs.shape, [24, 20, 3])
        right = random_picture(24, 20)
        always = tf.image.resize(right, (24, 20), "bilinear", antialias=True)
        np.testing.assert_array_equal(traced(tf.constant(right)), right)
        np.testing.assert_array_equal(always, right)
        for size in ((24, 21), (20, 24), (5, 90)):
            image = random_picture(*size)
            np.testing.assert_array_equal(
                traced(tf.constant(image)), resize(image, (24, 20))
            )

    def test_a_batch_of_unknown_size(self):
        spec = tf.TensorSpec([None, None, None, 3], tf.uint8)
        function = tf.function(lambda images: resize(images, (6, 7)))
        traced = function.get_concrete_function(spec)
        images = toy.pictures(3, 8)
        np.testing.assert_array_equal(
            traced(tf.constant(images)), resize(images, (6, 7))
        )

    def test_the_filter_runs_only_where_the_size_differs(self):
        spec = tf.TensorSpec([None, None, 3], tf.uint8)
        function = tf.function(lambda image: resize(image, (24, 20)))
        graph = function.get_concrete_function(spec).graph
        kinds = {operation.type for operation in graph.get_operations()}
        self.assertIn("If", " ".join(kinds))
        self.assertNotIn("ScaleAndTranslate", kinds)

    def test_agrees_with_pillow_when_shrinking(self):
        large = np.asarray(Image.fromarray(PIXELS).resize((96, 80)))
        ours = resize(large, (20, 24)).numpy()
        theirs = Image.fromarray(large).resize((24, 20), Image.BILINEAR)
        # Pillow rounds after each of the two directions.
        np.testing.assert_allclose(ours, np.asarray(theirs), atol=1.01)

    def test_batches_as_single_images(self):
        images = toy.pictures(3, 8)
        batch = resize(images, (12, 10))
        for one, image in zip(batch, images, strict=True):
            np.testing.assert_allclose(one, resize(image, (12, 10)), atol=1e-4)

    def test_stays_in_range(self):
        images = resize(255 * (toy.pictures(4, 8) > 127), (33, 31)).numpy()
        self.assertGreaterEqual(images.min(), 0)
        self.assertLessEqual(images.max(), 255)


class LoadImageTest(unittest.TestCase):
    def test_is_decode_then_resize(self):
        contents = tf.constant(toy.png(30, 40))
        image = preprocessing.load_image(contents, (16, 20))
        self.assertEqual(image.shape, [16, 20, 3])
        np.testing.assert_array_equal(
            image, resize(decode_image(contents), (16, 20))
        )

    def test_middle_of_a_larger_size(self):
        contents = tf.constant(toy.png(30, 40))
        image = preprocessing.load_image(contents, (16, 20), (20, 25))
        self.assertEqual(image.shape, [16, 20, 3])
        larger = resize(decode_image(contents), (20, 25))
        np.testing.assert_array_equal(image, larger[2:18, 2:22])


class CenterCropTest(unittest.TestCase):
    def test_cuts_the_middle(self):
        images = np.arange(6)[None, :, None, None] * np.ones([2, 6, 6, 3])
        cropped = center_crop(tf.constant(images), (2, 4))
        self.assertEqual(cropped.shape, [2, 2, 4, 3])
        self.assertEqual(cropped[0, :, 0, 0].numpy().tolist(), [2, 3])


if __name__ == "__main__":
    unittest.main()
