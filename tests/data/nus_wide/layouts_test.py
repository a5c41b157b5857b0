"""Tests of the layouts in which copies of NUS-WIDE are passed on."""

import unittest

import numpy as np

from tests.data import toy
from tests.data.nus_wide.copies import (
    CopyCase,
    labels_of,
    write_lines,
    write_official,
)
from tf_dnnh.data import DataError, load_dataset, make_split
from tf_dnnh.data.nus_wide.concepts import CONCEPTS_21, CONCEPTS_81
from tf_dnnh.data.nus_wide.loader import load_nus_wide

IMAGES = 60
NUMBERS = [2_124_494_179 + i for i in range(IMAGES)]
FILES = [f"{i:04d}_{number}.jpg" for i, number in enumerate(NUMBERS)]
# As in the real set, the counts fall from sky to mountain, and the rarest
# concepts have enough images for the protocols below.
RANKS = [i % 21 for i in range(IMAGES)]
LABELS_21 = np.array(
    [[rank <= 20 - column for column in range(21)] for rank in RANKS], np.uint8
)
QUERIES, TRAINING = range(0, 10), range(10, 30)
DATABASE = range(10, IMAGES)


def row(i: int, order: list[str] | None = None, width: int = 21) -> str:
    """Returns the labels of an image; by frequency unless an order is given."""
    columns = [CONCEPTS_21.index(name) for name in order or CONCEPTS_21]
    return " ".join(str(LABELS_21[i, column]) for column in columns[:width])


class LayoutCase(CopyCase):
    def pictures(self, folder: str = "images", names=None) -> None:
        for i, name in enumerate(names or FILES):
            toy.write(self.root / folder / name, toy.png(seed=i))

    def lines(self, name: str, lines, end: str = "\n") -> None:
        write_lines(self.root / name, lines, end)

    def load(self, protocol: str = "lists", **options):
        return load_dataset("nuswide", self.root, protocol=protocol, **options)

    def check(self, dataset, ids=FILES) -> None:
        """Checks ids and labels of all images."""
        order = np.argsort(dataset.ids)
        self.assertEqual(sorted(dataset.ids), sorted(ids))
        columns = [CONCEPTS_21.index(name) for name in dataset.class_names]
        np.testing.assert_array_equal(
            dataset.labels[order],
            LABELS_21[np.argsort(ids)][:, columns],
        )


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


class CsvTest(LayoutCase):
    """`nus_wid_data.csv` with the columns filepath, label, split_name."""

    def setUp(self):
        super().setUp()
        self.pictures("images")
        rows = []
        for i, name in enumerate(FILES):
            names = [CONCEPTS_21[c] for c in np.flatnonzero(LABELS_21[i])]
            part = "val" if i in QUERIES else "train"
            rows.append(f'images/{name},"{names}",{part}')
        self.rows = ["filepath,label,split_name", *rows]

    def test_names_of_concepts(self):
        self.lines("nus_wid_data.csv", self.rows)
        dataset = self.load("lai2015")
        self.check(dataset)
        self.assertEqual(dataset.class_names, list(CONCEPTS_21))
        self.assertEqual(self.load("hashnet81").num_classes, 81)
        self.assertRegex(dataset.remarks[0], "--protocol=lists takes those")
        split = make_split(self.load(), "lists")
        self.assertEqual(split.ids_of("queries").tolist(), FILES[:10])
        self.assertEqual(len(split.training), 50)

    def test_wrong_rows(self):
        for wrong, message in (
            ("images/x.jpg,sky,train", "expected labels such as"),
            ("images/x.jpg,['sky', 'grass'],train", "quote the list|such as"),
            ("images/x.jpg,\"['sky']\"", "found 2 cells"),
            ("images/x.jpg,\"['sky']\",other", "expected one of train, val"),
            (",\"['sky']\",train", "expected filepath"),
        ):
            with self.subTest(wrong):
                self.lines("nus_wid_data.csv", [*self.rows, wrong])
                with self.assertRaisesRegex(
                    DataError, f"nus_wid_data.csv, line 62: .*({message})"
                ):
                    self.load()

    def test_an_image_without_labels(self):
        self.rows[-1] = f'images/{FILES[-1]},"[]",train'
        self.lines("nus_wid_data.csv", self.rows)
        self.assertEqual(self.load().labels[-1].sum(), 0)


class OfficialTest(LayoutCase):
    """The official label files, whole and in part."""

    def setUp(self):
        super().setUp()
        self.labels = labels_of(
            *[
                " ".join(CONCEPTS_21[c] for c in np.flatnonzero(one))
                for one in LABELS_21
            ]
        )
        names = [f"actor\\{name}" for name in FILES]
        write_official(self.root, names, self.labels, training=30)
        self.ids = [f"actor/{name}" for name in FILES]
        self.pictures("Flickr/actor")

    def test_the_lists_of_images_are_missing(self):
        for path in (self.root / "ImageList").iterdir():
            path.unlink()
        (self.root / "ImageList").rmdir()
        with self.assertRaisesRegex(
            DataError, "AllLabels holds labels, .* add ImageList/Imagelist.txt"
        ) as caught:
            self.load("lai2015")
        self.assertIn("Imagelist.txt", caught.exception.details)

    def test_lists_of_images_in_the_root(self):
        for path in (self.root / "ImageList").iterdir():
            path.rename(self.root / path.name)
        (self.root / "ImageList").rmdir()
        dataset = self.load("lai2015")
        self.check(dataset, self.ids)
        self.assertRegex(
            dataset.notes["label_files"],
            r"Imagelist.txt \(60 rows\), AllLabels, 21 files \(60 rows\)",
        )

    def test_all_labels_in_one_file(self):
        for folder in ("Groundtruth/AllLabels", "Groundtruth/TrainTestLabels"):
            for path in (self.root / folder).iterdir():
                path.unlink()
            (self.root / folder).rmdir()
        lines = [" ".join(map(str, one)) for one in self.labels.tolist()]
        self.lines("AllLabels81.txt", lines, end=" \r\n")
        self.check(self.load("lai2015"), self.ids)
        self.assertEqual(self.load("hashnet81").class_names, list(CONCEPTS_81))
        self.lines("AllLabels81.txt", lines[:-1])
        with self.assertRaisesRegex(DataError, "has 59 rows, but Imagelist"):
            self.load("lai2015")
        self.lines("AllLabels81.txt", [*lines[:-1], lines[-1][:-1] + "2"])
        with self.assertRaisesRegex(DataError, "AllLabels81.txt, line 60: "):
            self.load("lai2015")

    def test_lists_beside_complete_official_files(self):
        lines = [f"{name} {row(i)}" for i, name in enumerate(FILES)]
        self.lines("database.txt", lines)
        dataset = self.load("lai2015")
        self.check(dataset, self.ids)
        self.assertEqual(dataset.notes["not_read"], "database.txt")

    def test_good_lists_beside_incomplete_official_files(self):
        for path in (self.root / "ImageList").iterdir():
            path.unlink()
        lines = [f"{name} {row(i)}" for i, name in enumerate(FILES)]
        self.lines("database.txt", lines)
        for folder in ("AllLabels", "TrainTestLabels"):
            folder = self.root / "Groundtruth" / folder
            folder.rename(self.root / "Groundtruth" / f"{folder.name}.old")
        self.check(self.load("lai2015"))


class PicturesTest(LayoutCase):
    """Copies of the pictures."""

    def setUp(self):
        super().setUp()
        lines = [f"{name} {row(i)}" for i, name in enumerate(FILES)]
        self.lines("database.txt", lines)

    def test_named_by_their_flickr_numbers(self):
        self.pictures("jpg", [f"{number}.jpg" for number in NUMBERS])
        dataset = self.load()
        self.check(dataset)
        self.assertEqual(dataset.source.paths[0], f"jpg/{NUMBERS[0]}.jpg")

    def test_two_copies_side_by_side(self):
        self.pictures("Flickr")
        self.pictures("Flickr_small")
        dataset = self.load()
        self.check(dataset)
        self.assertEqual(dataset.source.paths[0], f"Flickr/{FILES[0]}")
        self.assertEqual(dataset.notes["image_dir"], "Flickr")
        self.assertRegex(
            dataset.warnings()[0],
            "several copies of the images: took Flickr, not Flickr_small; "
            "--override=image_dir=DIR takes another",
        )

    def test_the_folder_of_the_images_is_given(self):
        self.pictures("Flickr")
        self.pictures("Flickr_small")
        dataset = self.load(image_dir="Flickr_small")
        self.check(dataset)
        self.assertEqual(dataset.remarks, [])
        self.assertTrue(
            dataset.source.path(0).samefile(
                self.root / "Flickr_small" / FILES[0]
            )
        )
        with self.assertRaisesRegex(DataError, "no folder .*/nowhere: give"):
            self.load(image_dir="nowhere")

    def test_one_photograph_under_two_names(self):
        lines = [f"{name} {row(i)}" for i, name in enumerate(FILES)]
        again = f"9999_{NUMBERS[3]}.jpg"
        self.lines("database.txt", [*lines, f"{again} {row(4)}"])
        self.pictures("jpg", [f"{number}.jpg" for number in NUMBERS])
        dataset = self.load()
        self.check(dataset)
        self.assertEqual(
            dataset.problems["repeated"], [f"{again} (the file of {FILES[3]})"]
        )
        self.assertIn(again, dataset.problems["conflicting"][0])


class NothingTest(LayoutCase):
    def test_a_prepared_copy(self):
        toy.write(self.root / "nus_wide/21/1.0.0/dataset_info.json", b"{}")
        with self.assertRaisesRegex(DataError, "TensorFlow Datasets prepared"):
            load_nus_wide(self.root)

    def test_no_label_files(self):
        self.pictures()
        with self.assertRaisesRegex(DataError, "Found no label files"):
            load_nus_wide(self.root)


if __name__ == "__main__":
    unittest.main()
