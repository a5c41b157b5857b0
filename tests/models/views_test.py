"""Tests of views of images."""

import unittest

import numpy as np

from tf_dnnh.models.views import VIEWS, make_views

# Two rows of three pixels; shifts are one pixel of so small an image.
IMAGE = np.array([[[0, 1, 2], [3, 4, 5]]], np.uint8)[..., None]


class ViewsTest(unittest.TestCase):
    def views(self, name: str) -> list[list[list[int]]]:
        return [
            view[0, :, :, 0].numpy().tolist()
            for view in make_views(IMAGE, name)
        ]

    def test_mirror_by_hand(self):
        self.assertEqual(
            self.views("mirror"),
            [[[0, 1, 2], [3, 4, 5]], [[2, 1, 0], [5, 4, 3]]],
        )

    def test_mirror_and_shifts_by_hand(self):
        # Reflected: 4 3 4 5 4 | 1 0 1 2 1 | 4 3 4 5 4 | 1 0 1 2 1.
        upright = [
            [[0, 1, 2], [3, 4, 5]],
            [[4, 5, 4], [1, 2, 1]],
            [[4, 3, 4], [1, 0, 1]],
        ]
        mirrored = [[row[::-1] for row in view] for view in upright]
        self.assertEqual(self.views("mirror_and_shifts"), upright + mirrored)

    def test_numbers_and_dtype(self):
        images = np.zeros([2, 32, 32, 3], np.float32)
        for name, count in VIEWS.items():
            made = make_views(images, name)
            self.assertEqual(len(made), count)
            for view in made:
                self.assertEqual(
                    (view.shape, view.dtype), ((2, 32, 32, 3), "float32")
                )

    def test_unknown_views_list_the_known(self):
        with self.assertRaisesRegex(ValueError, "mirror, .* Received: 'two'"):
            make_views(IMAGE, "two")


if __name__ == "__main__":
    unittest.main()
