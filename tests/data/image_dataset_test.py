import unittest

import numpy as np

from tests.data import toy
from tf_dnnh.data import ArraySource, ImageDataset


class ImageDatasetTest(unittest.TestCase):
    def test_single_label(self):
        dataset = toy.toy([0, 1, 1, 2])
        self.assertEqual(len(dataset), 4)
        self.assertFalse(dataset.multi_label)
        self.assertEqual(dataset.class_counts().tolist(), [1, 2, 1])
        self.assertEqual(dataset.label_text(3), "class_2")
        self.assertEqual(dataset.image_size, (8, 8))

    def test_multi_label(self):
        dataset = toy.toy(np.array([[1, 0, 1], [0, 0, 0]], np.uint8))
        self.assertTrue(dataset.multi_label)
        self.assertEqual(dataset.class_counts().tolist(), [1, 0, 1])
        self.assertEqual(dataset.label_text(0), "class_0, class_2")
        self.assertEqual(dataset.label_text(1), "")

    def test_classes_without_images_are_counted(self):
        dataset = toy.toy([0, 1])
        dataset.class_names = ["a", "b", "c"]
        self.assertEqual(dataset.class_counts().tolist(), [1, 1, 0])

    def test_warnings_name_the_first(self):
        dataset = toy.toy([0, 1])
        dataset.problems = {"missing": ["x.jpg", "y.jpg"], "stray": []}
        self.assertEqual(
            dataset.warnings(),
            ["image_folder: 2 listed images are missing, first x.jpg"],
        )

    def test_lengths_and_ids_are_checked(self):
        source = ArraySource(toy.pictures(2))
        with self.assertRaisesRegex(ValueError, "2, 3, 2"):
            ImageDataset("x", np.arange(2), np.arange(3), ["a"], source)
        with self.assertRaisesRegex(ValueError, "unique"):
            ImageDataset("x", np.arange(2), np.array(["a"] * 2), ["a"], source)


if __name__ == "__main__":
    unittest.main()
