"""Tests of the list files in which copies of NUS-WIDE are passed on."""

import unittest

from tests.data.nus_wide.layout_case import (
    DATABASE,
    FILES,
    IMAGES,
    QUERIES,
    TRAINING,
    LayoutCase,
    row,
)
from tf_dnnh.data import DataError, make_split
from tf_dnnh.data.nus_wide.concepts import CONCEPTS_21


class HashNetTest(LayoutCase):
    """`train.txt`, `test.txt`, `database.txt`; also one folder down."""

    def lists(self, folder: str = "", prefix: str = "images/") -> None:
        for name, rows in (
            ("train", TRAINING),
            ("test", QUERIES),
            ("database", DATABASE),
        ):
            lines = [f"{prefix}{FILES[i]} {row(i)}" for i in rows]
            self.lines(f"{folder}{name}.txt", lines)

    def test_the_parts_of_the_files(self):
        self.lists()
        self.pictures()
        dataset = self.load()
        self.check(dataset)
        self.assertEqual(dataset.remarks, [])
        self.assertRegex(
            dataset.notes["label_files"],
            r"database.txt \(50 rows\), test.txt \(10 rows\), train.txt \(20",
        )
        split = make_split(dataset, "lists")
        self.assertEqual(split.ids_of("queries").tolist(), FILES[:10])

    def test_another_protocol_says_what_it_does_not_take(self):
        self.lists()
        self.pictures()
        (remark,) = self.load("lai2015").remarks
        self.assertRegex(remark, "draws others: --protocol=lists takes those")

    def test_one_folder_down(self):
        self.lists("nuswide_21/", "data/nus_wide/")
        self.pictures("pictures/all")
        self.check(self.load())

    def test_two_folders_down_are_not_guessed(self):
        self.lists("nuswide_21/")
        self.lists("nuswide_81/")
        self.pictures()
        with self.assertRaisesRegex(
            DataError, "in nuswide_21 and in nuswide_81: .*image_dir=DIR"
        ):
            self.load()
        self.root = self.root / "nuswide_21"
        self.check(self.load(image_dir=self.root.parent / "images"))

    def test_ids_do_not_depend_on_the_prefix(self):
        self.pictures()
        for prefix in ("", "../NUS/images/", "C:\\ImageData\\", "nus_wide/x/"):
            with self.subTest(prefix):
                self.lists(prefix=prefix)
                self.check(self.load())

    def test_alphabetical_columns(self):
        order = sorted(CONCEPTS_21)
        lines = [f"{FILES[i]} {row(i, order)}" for i in range(IMAGES)]
        self.lines("database.txt", lines)
        self.pictures()
        self.check(self.load())

    def test_files_without_a_list_of_the_database(self):
        self.lists()
        self.pictures()
        (self.root / "database.txt").unlink()
        dataset = self.load()
        self.assertEqual(len(dataset), 30)
        (remark,) = dataset.remarks
        self.assertRegex(remark, "no list file names the database")
        self.assertRegex(dataset.warnings()[0], "^nuswide: no list file")


class CaffeTest(LayoutCase):
    """`test0.txt` to `test7.txt`, `database0.txt` to `database7.txt`."""

    def test_numbered_lists_are_joined(self):
        self.pictures()
        lines = [f"/data/nus/{FILES[i]} {row(i)}" for i in range(IMAGES)]
        self.lines("train.txt", lines[10:30])
        for number in range(8):
            self.lines(f"test{number}.txt", lines[:10][number::8])
            self.lines(f"database{number}.txt", lines[10:][number::8])
        dataset = self.load()
        self.check(dataset)
        counts = make_split(dataset, "lists").counts()
        self.assertEqual(list(counts.values()), [10, 50, 20, 0])


class PairsTest(LayoutCase):
    """`X_img.txt` with the paths and `X_label_onehot.txt` with the labels."""

    def setUp(self):
        super().setUp()
        self.pictures()
        self.pair("database", DATABASE)
        self.pair("test", QUERIES)

    def pair(self, name: str, rows) -> None:
        self.lines(f"{name}_img.txt", [f"images/{FILES[i]}" for i in rows])
        self.lines(f"{name}_label_onehot.txt", [row(i) for i in rows])
        # Names instead of zeros and ones; not needed.
        self.lines(f"{name}_label.txt", ["sky clouds"] * len(rows))

    def test_database_and_queries(self):
        dataset = self.load()
        self.check(dataset)
        self.assertRegex(
            dataset.notes["label_files"],
            r"database_label_onehot.txt \(50 rows\), database_img.txt \(50",
        )
        self.assertEqual(dataset.remarks, [])

    def test_training_images_have_a_pair_of_their_own(self):
        self.pair("train", TRAINING)
        split = make_split(self.load(), "lists")
        self.assertEqual(split.ids_of("training").tolist(), FILES[10:30])
        self.assertEqual(split.ids_of("database").tolist(), FILES[10:])

    def test_ten_concepts_without_parts(self):
        self.lines("img_tc10.txt", [f"images/{name}" for name in FILES])
        wide = [row(i, width=10) for i in range(IMAGES)]
        self.lines("targets_onehot_tc10.txt", wide)
        dataset = self.load()
        self.assertEqual(dataset.num_classes, 21)
        self.assertEqual(dataset.notes["not_read"], "img_tc10.txt")
        for path in self.root.glob("*_*.txt"):
            if "tc10" not in path.name:
                path.unlink()
        dataset = self.load()
        self.assertEqual(dataset.class_names, list(CONCEPTS_21[:10]))
        self.check(dataset)

    def test_only_labels_as_names(self):
        (self.root / "test_label_onehot.txt").unlink()
        with self.assertRaisesRegex(
            DataError,
            "test_label.txt, line 1: expected .* called .*_onehot.txt",
        ):
            self.load()

    def test_missing_label_files(self):
        (self.root / "test_label_onehot.txt").unlink()
        (self.root / "test_label.txt").unlink()
        with self.assertRaisesRegex(
            DataError,
            "test_img.txt lists images without labels.*"
            "lacks test_label_onehot.txt: add it",
        ):
            self.load()

    def test_missing_lists_of_images(self):
        for name in ("test_img.txt", "database_img.txt"):
            (self.root / name).unlink()
        with self.assertRaisesRegex(
            DataError, "holds labels, but no .* list, called database_img.txt"
        ):
            self.load()

    def test_files_of_unequal_length(self):
        self.lines("test_label_onehot.txt", [row(i) for i in range(9)])
        with self.assertRaisesRegex(
            DataError, "test_img.txt has 10 rows, but test_label_onehot.txt 9"
        ):
            self.load()


if __name__ == "__main__":
    unittest.main()
