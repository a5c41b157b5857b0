import unittest

import numpy as np

from tests.data.nus_wide.copies import (
    CopyCase,
    labels_of,
    write_lines,
    write_official,
)
from tf_dnnh.data import DataError
from tf_dnnh.data.nus_wide.concepts import CONCEPTS_21, CONCEPTS_81
from tf_dnnh.data.nus_wide.official import official_root, read_official

NAMES = [f"actor\\{i:04d}_{2_124_494_179 + i}.jpg" for i in range(5)]
LABELS = labels_of("sky person", "sky", "zebra", "", "water airport")


class OfficialTest(CopyCase):
    def setUp(self):
        super().setUp()
        write_official(self.root, NAMES, LABELS, training=3)
        self.lists = self.root / "ImageList"
        self.truth = self.root / "Groundtruth"

    def read(self, concepts=None):
        return read_official(official_root(self.root), concepts)

    def fails(self, message: str) -> DataError:
        with self.assertRaisesRegex(DataError, message) as caught:
            self.read()
        return caught.exception

    def test_all_rows_in_order(self):
        listing = self.read()
        self.assertEqual(listing.names[1], "actor/0001_2124494180.jpg")
        self.assertEqual(listing.concepts, list(CONCEPTS_81))
        np.testing.assert_array_equal(listing.labels, LABELS)
        parts = ["train"] * 3 + ["test"] * 2
        self.assertEqual(listing.partition.tolist(), parts)
        self.assertEqual(listing.problems, {"conflicting": [], "repeated": []})

    def test_only_the_wanted_columns(self):
        listing = self.read(["zebra", "sky"])
        np.testing.assert_array_equal(
            listing.labels, [[0, 1], [0, 1], [1, 0], [0, 0], [0, 0]]
        )

    def test_names_in_other_cases_and_one_folder_up(self):
        (self.root / "up").mkdir()
        for name in ("ImageList", "Groundtruth", "ConceptsList"):
            (self.root / name).rename(self.root / "up" / name.upper())
        root = official_root(self.root)
        self.assertEqual(root, self.root / "up")
        self.assertEqual(len(read_official(root, None).names), 5)

    def test_unix_lines_windows_prefix_and_byte_order_mark(self):
        names = [f"\ufeffC:\\ImageData\\{NAMES[0]}", *NAMES[1:]]
        write_lines(self.lists / "Imagelist.txt", names, end="\n")
        self.assertEqual(self.read().names[0], "actor/0000_2124494179.jpg")

    def test_without_a_list_of_concepts(self):
        (self.root / "ConceptsList/Concepts81.txt").unlink()
        self.assertEqual(self.read().concepts, list(CONCEPTS_81))

    def test_training_and_test_files_alone(self):
        (self.lists / "Imagelist.txt").unlink()
        listing = self.read()
        np.testing.assert_array_equal(listing.labels, LABELS)
        self.assertEqual(listing.partition.tolist()[2:4], ["train", "test"])

    def test_without_parts(self):
        (self.lists / "TrainImagelist.txt").unlink()
        self.assertEqual(set(self.read().partition), {""})

    def test_labels_that_contradict_each_other_are_reported(self):
        path = self.truth / "TrainTestLabels/Labels_sky_Train.txt"
        write_lines(path, [1, 0, 0])
        self.assertEqual(
            self.read().problems["conflicting"], ["actor/0001_2124494180.jpg"]
        )

    def test_an_image_listed_twice_is_reported(self):
        for name, count in (("Imagelist", 5), ("TestImagelist", 2)):
            names = NAMES[5 - count :]
            write_lines(self.lists / f"{name}.txt", [*names[:-1], names[0]])
        listing = self.read()
        self.assertEqual(len(listing.names), 4)
        self.assertIn("repeated", listing.problems)

    def test_rows_are_counted_against_each_other(self):
        write_lines(self.lists / "Imagelist.txt", NAMES[:4])
        self.fails("lists 4 images, but the files of AllLabels have 5 rows")
        write_lines(self.lists / "Imagelist.txt", NAMES)
        write_lines(self.lists / "TestImagelist.txt", NAMES[4:])
        self.fails("list 4 images together, but Imagelist.txt 5")
        write_lines(self.lists / "TestImagelist.txt", ["x.jpg", "y.jpg"])
        self.fails("2 images of Imagelist.txt are neither in .* actor/0003")
        write_lines(self.lists / "TestImagelist.txt", NAMES[3:])
        path = self.truth / "AllLabels/Labels_zebra.txt"
        write_lines(path, [0] * 6)
        self.fails("Labels_zebra.txt has 6 rows, but the file of airport has 5")

    def test_rows_of_the_parts_are_counted(self):
        for name in CONCEPTS_81:
            path = self.truth / f"TrainTestLabels/Labels_{name}_Test.txt"
            write_lines(path, [0] * 3)
        self.fails("TestImagelist.txt lists 2 images, .* have 3 rows")

    def test_files_that_are_missing_or_damaged(self):
        path = self.truth / "AllLabels/Labels_sky.txt"
        write_lines(path, [1, 1, 2, 0, 0])
        self.fails("Labels_sky.txt, row 3: expected 0 or 1, found '2'")
        path.unlink()
        self.fails("lacks Labels_sky.txt: unpack Groundtruth.zip")
        (self.lists / "Imagelist.txt").unlink()
        (self.lists / "TestImagelist.txt").unlink()
        error = self.fails("lacks image lists with matching labels")
        self.assertIn("  ImageList/\n    Imagelist.txt", error.details)

    def test_the_21_are_81s(self):
        self.assertEqual(len(set(CONCEPTS_81)), 81)
        self.assertEqual(list(CONCEPTS_81), sorted(CONCEPTS_81))
        self.assertEqual(len(set(CONCEPTS_21)), 21)
        self.assertLess(set(CONCEPTS_21), set(CONCEPTS_81))

    def test_no_folder(self):
        self.assertIsNone(official_root(self.root / "nowhere"))
        self.assertIsNone(official_root(self.root / "Groundtruth"))


if __name__ == "__main__":
    unittest.main()
