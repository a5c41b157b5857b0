import contextlib
import io
import unittest

import numpy as np

from tests.data.nus_wide.copies import CopyCase
from tf_dnnh.data import load_dataset, make_split
from tf_dnnh.data.nus_wide.concepts import CONCEPTS_21, CONCEPTS_81
from tools.miniature.__main__ import main
from tools.miniature.drawing import draw
from tools.miniature.writer import draw_labels, write_miniature


class DrawingTest(unittest.TestCase):
    def test_every_concept_has_a_look_of_its_own(self):
        def look(concept: int) -> np.ndarray:
            return draw([concept], (64, 64), np.random.default_rng(5))

        looks = {look(concept).tobytes() for concept in range(81)}
        self.assertEqual(len(looks), 81)

    def test_sizes_and_empty_pictures(self):
        picture = draw([], (64, 90), np.random.default_rng(0))
        self.assertEqual(picture.shape, (64, 90, 3))
        self.assertEqual(picture.dtype, np.uint8)


class LabelsTest(unittest.TestCase):
    def test_the_21_are_the_most_frequent_in_their_order(self):
        labels = draw_labels(200_000, np.random.default_rng(0))
        order = np.argsort(-labels.sum(axis=0), kind="stable")
        names = [CONCEPTS_81[c] for c in order[:21]]
        self.assertEqual(names, list(CONCEPTS_21))
        counts = np.bincount(labels.sum(axis=1))
        self.assertEqual(len(counts), 6)
        self.assertTrue((counts > 1000).all())


class MiniatureTest(CopyCase):
    def test_official_layout(self):
        write_miniature(self.root, 60, missing=2, corrupt=3, seed=1)
        dataset = load_dataset("nuswide", self.root, protocol="hashnet81")
        self.assertEqual(len(dataset), 55)
        self.assertEqual(len(dataset.problems["missing"]), 2)
        reasons = " ".join(dataset.problems["unreadable"])
        for reason in ("empty file", "Unknown image", "Invalid JPEG"):
            self.assertIn(reason, reasons)
        self.assertEqual(set(dataset.partition), {"train", "test"})
        self.assertNotIn("conflicting", dataset.problems)

    def test_lists(self):
        write_miniature(self.root, 60, layout="lists", missing=0, corrupt=0)
        dataset = load_dataset("nuswide", self.root, protocol="lists")
        self.assertEqual((len(dataset), dataset.num_classes), (60, 81))
        split = make_split(dataset, "lists")
        self.assertGreater(len(split.queries), 3)

    def test_command(self):
        output = io.StringIO()
        arguments = [str(self.root / "mini"), "--images=30", "--missing=1"]
        with contextlib.redirect_stdout(output):
            self.assertEqual(main(arguments), 0)
        self.assertIn("Wrote 30 images", output.getvalue())
        errors = io.StringIO()
        with contextlib.redirect_stderr(errors):
            self.assertEqual(main(arguments), 2)
        self.assertIn("is not empty", errors.getvalue())


if __name__ == "__main__":
    unittest.main()
