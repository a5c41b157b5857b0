import contextlib
import io
import unittest

import numpy as np

from tests.data.nus_wide.copies import CopyCase
from tf_dnnh.data import load_dataset, make_split
from tf_dnnh.data.__main__ import main as data_main
from tf_dnnh.data.nus_wide.concepts import CONCEPTS_21, CONCEPTS_81
from tf_dnnh.data.nus_wide.drawing import draw
from tf_dnnh.data.nus_wide.miniature import draw_labels, main, write_miniature


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


class VerifyTest(CopyCase):
    def verify(self, *arguments: str) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        flags = ["--dataset=nuswide", f"--data_dir={self.root}", *arguments]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = data_main(["verify", *flags])
        return status, out.getvalue(), err.getvalue()

    def test_problems_are_found(self):
        write_miniature(self.root, 900, missing=2, corrupt=1)
        status, out, _ = self.verify("--protocol=mini81")
        self.assertEqual(status, 1)
        self.assertIn("81 classes, several labels", out)
        self.assertRegex(out, r"missing images +2  PROBLEM")
        self.assertRegex(out, r"unreadable images +1  PROBLEM")
        self.assertRegex(out, r"unlabelled images +\d+  note")
        self.assertRegex(out, r"used without a label +0  ok")
        self.assertIn("queries          250", out)

    def test_copies_are_found_by_their_content(self):
        write_miniature(self.root, 900, missing=0, corrupt=0)
        status, out, _ = self.verify("--protocol=mini81")
        self.assertEqual(status, 0)
        self.assertTrue(out.endswith("All is well.\n"))
        dataset = load_dataset("nuswide", self.root, protocol="mini81")
        split = make_split(dataset, "mini81")
        query, other = split.queries[0], split.database[0]
        contents = dataset.source.path(query).read_bytes()
        dataset.source.path(other).write_bytes(contents)
        status, out, _ = self.verify("--protocol=mini81")
        self.assertEqual(status, 1)
        self.assertRegex(out, r"duplicates +1  note")
        self.assertRegex(out, r"both query and database +1  PROBLEM")

    def test_a_missing_folder_shows_the_tree(self):
        self.root = self.root / "nowhere"
        status, out, err = self.verify()
        self.assertEqual((status, out), (2, ""))
        first, *tree = err.splitlines()
        self.assertRegex(first, "^error: Found no label files of NUS-WIDE")
        self.assertEqual(tree[0], f"{self.root}/")
        self.assertIn("  Flickr/", tree)

    def test_a_concept_with_too_few_images(self):
        write_miniature(self.root, 300, missing=0, corrupt=0)
        status, out, _ = self.verify("--protocol=lai2015")
        self.assertEqual(status, 1)
        self.assertRegex(out, r"split +1  PROBLEM\n +The protocol needs 600")


if __name__ == "__main__":
    unittest.main()
