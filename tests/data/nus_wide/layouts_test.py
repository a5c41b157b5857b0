"""Tests of other label files of NUS-WIDE, and of copies of the images."""

import unittest

import numpy as np

from tests.data import toy
from tests.data.nus_wide.copies import (
    labels_of,
    write_official,
)
from tests.data.nus_wide.layout_case import (
    FILES,
    LABELS_21,
    NUMBERS,
    QUERIES,
    LayoutCase,
    row,
)
from tf_dnnh.data import DataError, make_split
from tf_dnnh.data.nus_wide.concepts import CONCEPTS_21, CONCEPTS_81
from tf_dnnh.data.nus_wide.loader import load_nus_wide


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
