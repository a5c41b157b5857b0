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

    def test_errors_name_the_line(self):
        self.write("concepts.txt", "cat", "dog")
        self.write("database.txt", "a.jpg 0 1", "b.jpg 0 1 0")
        self.fails("database.txt, line 2: .* 2 labels as in database.txt, line")
        self.write("database.txt", "a.jpg 0 1", "b.jpg 0 2")
        self.fails("database.txt, line 2: labels must be 0 or 1")
        self.write("database.txt", "a.jpg 0 1")
        self.write("train.txt", "images/a.jpg 1 1")
        self.fails("train.txt, line 1: .* other labels in database.txt, line 1")

    def test_labels_are_bytes(self):
        self.write("train.txt", f"a.jpg {row(0)}")
        self.assertEqual(read_list_files(self.root).labels.dtype, np.uint8)


if __name__ == "__main__":
    unittest.main()
