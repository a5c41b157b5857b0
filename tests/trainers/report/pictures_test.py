import base64
import io
import unittest

import numpy as np
from PIL import Image

from trainers.report import pictures


def _decode(uri: str) -> np.ndarray:
    head, _, body = uri.partition(",")
    assert head == "data:image/png;base64", head
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(body))))


class ReportPicturesTest(unittest.TestCase):
    def setUp(self):
        self.random = np.random.default_rng(3)

    def test_png_keeps_every_pixel(self):
        for channels in (3, 4):
            with self.subTest(channels=channels):
                shape = (5, 7, channels)
                pixels = self.random.integers(0, 256, shape, np.uint8)
                decoded = _decode(pictures.png_uri(pixels))
                np.testing.assert_array_equal(decoded, pixels)

    def test_png_of_grey_pixels_has_one_channel(self):
        grey = self.random.integers(0, 256, (4, 3, 1), np.uint8)
        decoded = _decode(pictures.png_uri(np.repeat(grey, 3, axis=2)))
        np.testing.assert_array_equal(decoded, grey[..., 0])

    def test_small_images_are_their_own_thumbnail(self):
        image = self.random.integers(0, 256, (64, 32, 3), np.uint8)
        self.assertIs(pictures.thumbnail(image), image)

    def test_thumbnail_averages_blocks(self):
        image = np.zeros((130, 70, 1), np.uint8)
        image[:3, :3] = 90  # 130 / 64 rounds up to blocks of 3 x 3.
        image[3, 0] = 18
        small = pictures.thumbnail(image)
        self.assertEqual(small.shape, (43, 23, 1))
        self.assertEqual(small[0, 0, 0], 90)
        self.assertEqual(small[1, 0, 0], 2)
        self.assertEqual(small.sum(), 92)

    def test_correlation_colours(self):
        matrix = np.array([[0, -1, 0], [-1, 0, 0.5], [0, 0.5, 0]])
        pixels = _decode(pictures.correlation_uri(matrix))
        self.assertEqual(pixels[0, 1, 3], 255)
        self.assertGreater(pixels[0, 1, 0], pixels[0, 1, 2])  # orange
        self.assertEqual(pixels[1, 2, 3], 128)
        self.assertLess(pixels[1, 2, 0], pixels[1, 2, 2])  # teal
        self.assertEqual(pixels[0, 2, 3], 0)
        self.assertEqual(len(set(pixels[1, 1, :3].tolist())), 1)  # grey

    def test_legend_runs_from_like_to_opposite(self):
        pixels = _decode(pictures.correlation_legend())
        self.assertEqual(pixels[[0, 20, 40], 0, 3].tolist(), [255, 0, 255])
        self.assertLess(pixels[0, 0, 0], pixels[40, 0, 0])


if __name__ == "__main__":
    unittest.main()
