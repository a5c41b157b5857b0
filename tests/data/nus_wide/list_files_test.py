import unittest

import numpy as np

from tests.data.nus_wide.copies import CopyCase, write_lines
from tf_dnnh.data import DataError
from tf_dnnh.data.nus_wide.concepts import CONCEPTS_21, CONCEPTS_81
from tf_dnnh.data.nus_wide.list_files import list_files, read_list_files


def row(*ones: int, width: int = 81) -> str:
    return " ".join("1" if i in ones else "0" for i in range(width))


def falling(names: list[str]) -> list[str]:
    """Makes rows whose columns rank by frequency as in `CONCEPTS_21`."""
    ranks = [CONCEPTS_21.index(name) for name in names]
    return [
        " ".join("1" if rank <= 20 - i else "0" for rank in ranks)
        for i in range(20)
    ]


class ListFilesTest(CopyCase):
    def write(self, name: str, *lines: str, end: str = "\n") -> None:
        write_lines(self.root / name, lines, end)

    def fails(self, message: str) -> None:
        with self.assertRaisesRegex(DataError, message):
            read_list_files(self.root)

    def test_parts_are_the_names_of_the_files(self):
        self.write("train.txt", f"images/a.jpg {row(3)}")
        self.write("nus-wide_test.txt", f"images/b.jpg {row()}")
        lines = [f"images/{name}.jpg {row(3)}" for name in "ac"]
        self.write("database.txt", *lines, end="\r\n")
        self.write("README.txt", "Not a list.")
        self.assertEqual(len(list_files(self.root)), 3)
        listing = read_list_files(self.root)
        rows = dict(zip(listing.names, listing.partition, strict=True))
        self.assertEqual(
            rows,
            {
                "a.jpg": "database+training",
                "c.jpg": "database",
                "b.jpg": "queries",
            },
        )
        self.assertEqual(listing.labels.sum(axis=1).tolist(), [1, 1, 0])
        self.assertEqual(listing.concepts, list(CONCEPTS_81))
        self.assertEqual(listing.notes["columns"], "alphabetical")

    def test_two_orders_of_the_21_give_the_same_labels(self):
        for names in (list(CONCEPTS_21), sorted(CONCEPTS_21)):
            rows = falling(names)
            lines = [f"{i}.jpg {text}" for i, text in enumerate(rows)]
            self.write("database.txt", *lines)
            listing = read_list_files(self.root)
            self.assertEqual(listing.concepts, names)
            self.assertRegex(listing.notes["columns"], "as their counts show")
            sky = listing.labels[:, listing.concepts.index("sky")]
            self.assertEqual(sky.sum(), 20)

    def test_an_order_that_the_counts_do_not_show(self):
        self.write("database.txt", *[f"{i}.jpg {row(i)}" for i in range(21)])
        self.assertEqual(len(read_list_files(self.root).concepts), 81)
        lines = [f"{i}.jpg {row(i, width=21)}" for i in range(21)]
        self.write("database.txt", *lines)
        self.fails("columns .* have no names: write .*concepts.txt")
        self.write("concepts.txt", *CONCEPTS_21)
        listing = read_list_files(self.root)
        self.assertEqual(listing.concepts, list(CONCEPTS_21))
        self.assertEqual(listing.notes["columns"], "concepts.txt")

    def test_own_columns_need_names(self):
        self.write("all.txt", "a.jpg 0 1", "b.jpg 1 0")
        self.fails("The 2 columns .* have no names")
        self.write("concepts.txt", "cat")
        self.fails("names 1 concepts, but the list files have 2 columns")
        self.write("concepts.txt", "cat", "dog")
        listing = read_list_files(self.root)
        self.assertEqual(listing.concepts, ["cat", "dog"])
        self.assertEqual(listing.partition.tolist(), ["", ""])

    def test_errors_name_the_file_and_the_line(self):
        self.write("concepts.txt", "cat", "dog")
        good = "a.jpg 0 1"
        for wrong, message in (
            (
                "b.jpg 0 1 0",
                "expected a path and 2 labels.*found 'b.jpg 0 1 0'",
            ),
            ("b.jpg 0 2", "labels must be 0 or 1, found 2"),
            ("b.jpg -1 1", "found -1: replace it by 0"),
            ("b.jpg 0.0 1.0", "found 0.0: write it as 0 or 1"),
            ("b.jpg 0,1", "found commas: replace them by spaces"),
            ("b.jpg,0,1", "found commas"),
            ("1 0 1", "a row of labels has no path"),
            ("0 1", "a row of labels has no path"),
            ("b.jpg", "found 'b.jpg'"),
            ("#b.jpg 0 1", "commented out"),
            ("", "found no row between others"),
        ):
            with self.subTest(wrong):
                self.write("database.txt", good, wrong, "c.jpg 1 1")
                self.fails(f"{self.root}/database.txt, line 2: (.*)?{message}")

    def test_a_damaged_first_line_is_no_excuse(self):
        self.write("concepts.txt", "cat", "dog")
        for first in (
            "",
            "# path cat dog",
            "my cat.jpg 0 1",
            "\ufeffa.jpg 0 1",
        ):
            with self.subTest(first):
                self.write("test.txt", first, "b.jpg 1 0")
                names = read_list_files(self.root).names
                self.assertIn("b.jpg", names)
                self.assertEqual(len(names), 1 + first.endswith("1"))
        for first in ("a.jpg 0 3", "a.jpg", "# a.jpg 0 1", "Rows of a test"):
            with self.subTest(first):
                self.write("test.txt", first, "b.jpg 1 0", "c.jpg 1 0")
                self.fails("test.txt, line 1: ")

    def test_encodings(self):
        self.write("concepts.txt", "cat", "dog")
        text = "été.jpg 0 1\r\nb.jpg 1 0\r\n"
        for encoding in ("utf-8", "utf-8-sig", "utf-16"):
            (self.root / "test.txt").write_bytes(text.encode(encoding))
            names = read_list_files(self.root).names
            self.assertEqual(names, ["été.jpg", "b.jpg"])
        for encoding, line in (("latin-1", 1), ("utf-16-le", 1)):
            (self.root / "test.txt").write_bytes(text.encode(encoding))
            self.fails(f"test.txt, line {line}: expected text in UTF-8")

    def test_every_file_that_is_named_after_a_part_is_a_list(self):
        self.write("concepts.txt", "cat", "dog")
        self.write("train.txt", "a.jpg 0 1")
        for name in (
            "test.txt",
            "my-test-list.txt",
            "Database7.TXT",
            "val.txt",
        ):
            path = self.root / name
            with self.subTest(name):
                path.write_text("Nothing of the kind")
                self.fails(f"{name}, line 1: ")
                path.write_text("\n\n")
                self.fails(f"{name} has no rows")
                path.unlink()
        for name in (
            "TrainImagelist.txt",
            "Train_Tags81.txt",
            "readme_test.txt",
        ):
            (self.root / name).write_text("0 1 0\n")
        self.assertEqual(read_list_files(self.root).files, {"train.txt": 1})

    def test_rows_of_every_file_are_counted(self):
        self.write("concepts.txt", "cat", "dog")
        self.write("train.txt", "a.jpg 0 1", "b.jpg 1 0", "a.jpg 0 1")
        self.write("database.txt", "b.jpg 1 0")
        listing = read_list_files(self.root)
        self.assertEqual(listing.files, {"train.txt": 3, "database.txt": 1})
        self.assertEqual(
            listing.problems["repeated"], ["a.jpg (train.txt, line 3)"]
        )

    def test_one_image_with_other_labels_is_a_problem(self):
        self.write("concepts.txt", "cat", "dog")
        self.write("database.txt", "a.jpg 0 1", "b.jpg 0 1")
        self.write("train.txt", "images/a.jpg 1 1")
        listing = read_list_files(self.root)
        (found,) = listing.problems["conflicting"]
        self.assertRegex(found, "train.txt, line 1: .* database.txt, line 1")
        self.assertEqual(listing.labels.tolist(), [[0, 1], [0, 1]])

    def test_lists_of_two_copies_are_refused(self):
        self.write("concepts.txt", "cat", "dog")
        self.write("database.txt", "a.jpg 0 1", "b.jpg 0 1")
        self.write("train.txt", "a.jpg 1 1", "b.jpg 1 0")
        self.fails("train.txt, line 1: .* 1 other images of 2 .* same copy")
        self.write("train.txt", "c.jpg 1 1 0")
        self.fails("train.txt, line 1: expected 2 labels as in database.txt")

    def test_labels_are_bytes(self):
        self.write("train.txt", f"a.jpg {row(0)}")
        self.assertEqual(read_list_files(self.root).labels.dtype, np.uint8)


if __name__ == "__main__":
    unittest.main()
