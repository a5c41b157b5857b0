import os
import tempfile
import unittest
from pathlib import Path

import numpy as np

from tests.data import toy
from tf_dnnh.data import (
    DataError,
    evaluation_batches,
    load_dataset,
    load_image_folder,
    make_split,
)


class FolderCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)


class SubfolderTest(FolderCase):
    def test_classes_are_subfolders(self):
        toy.write_folder(self.root, {"dog": 3, "cat": 2})
        dataset = load_dataset("image_folder", self.root)
        self.assertEqual(dataset.class_names, ["cat", "dog"])
        self.assertEqual(dataset.labels.tolist(), [0, 0, 1, 1, 1])
        self.assertEqual(dataset.ids[2], "dog/000.png")
        self.assertIsNone(dataset.image_size)
        self.assertEqual(dataset.problems, {})
        stream = evaluation_batches(dataset, np.arange(5), (6, 7), 5)
        self.assertEqual(next(iter(stream)).shape, [5, 6, 7, 3])

    def test_folders_of_an_unread_format(self):
        toy.write(self.root / "a" / "1.heic", b"x")
        toy.write(self.root / "b" / "2.tiff", b"x")
        with self.assertRaisesRegex(DataError, "All 2 .*first a/1.heic"):
            load_image_folder(self.root)

    def test_nested_hidden_stray_and_empty(self):
        toy.write_folder(self.root, {"a": 2, "b/deep/deeper": 2})
        toy.write(self.root / "a" / ".DS_Store", b"x")
        toy.write(self.root / ".hidden" / "x.png", toy.png())
        toy.write(self.root / "a" / "notes.txt", b"x")
        toy.write(self.root / "lonely.PNG", toy.png())
        (self.root / "c").mkdir()
        dataset = load_image_folder(self.root)
        self.assertEqual(dataset.class_names, ["a", "b"])
        self.assertEqual(dataset.ids[2], "b/deep/deeper/000.png")
        self.assertEqual(
            dataset.problems,
            {"stray": ["lonely.PNG", "a/notes.txt"], "empty": ["c"]},
        )

    def test_unicode_links_and_names_that_are_no_utf8(self):
        toy.write_folder(self.root, {"猫": 1, "Hündchen": 1})
        toy.write(self.root / "猫" / "été 1.JPG", toy.png())
        raw = os.fsencode(self.root / "猫") + b"/\xff.png"
        Path(os.fsdecode(raw)).write_bytes(toy.png(seed=5))
        with tempfile.TemporaryDirectory() as elsewhere:
            toy.write(Path(elsewhere) / "1.png", toy.png(seed=6))
            (self.root / "linked").symlink_to(elsewhere)
            (self.root / "linked" / "loop").symlink_to(self.root / "linked")
            dataset = load_image_folder(self.root)
            self.assertEqual(
                dataset.ids.tolist(),
                [
                    "Hündchen/000.png",
                    "linked/1.png",
                    "猫/000.png",
                    "猫/été 1.JPG",
                    "猫/\\xff.png",
                ],
            )
            stream = evaluation_batches(dataset, np.arange(5), (4, 4), 5)
            self.assertEqual(len(next(iter(stream))), 5)
            split = make_split(dataset)
            split.save(self.root)

    def test_stray_files_can_be_printed_whatever_their_names(self):
        toy.write_folder(self.root, {"a": 1, "b": 1})
        raw = os.fsencode(self.root) + b"/\xff.txt"
        Path(os.fsdecode(raw)).write_bytes(b"x")
        dataset = load_image_folder(self.root)
        self.assertEqual(dataset.problems["stray"], ["\\xff.txt"])

    def test_unreadable_images_are_reported(self):
        toy.write_folder(self.root, {"a": 3, "b": 3})
        toy.write(self.root / "a" / "broken.png", toy.png()[:60])
        toy.write(self.root / "b" / "empty.jpg", b"")
        dataset = load_image_folder(self.root)
        self.assertEqual(len(dataset), 6)
        unreadable = dataset.problems["unreadable"]
        self.assertRegex(unreadable[0], r"^a/broken.png \(Invalid PNG.*\)$")
        self.assertEqual(unreadable[1], "b/empty.jpg (empty file)")
        self.assertRegex(dataset.warnings()[0], "2 images do not decode")
        self.assertEqual(make_split(dataset).notes, {"unreadable": 2})
        self.assertEqual(len(load_image_folder(self.root, check=False)), 8)

    def test_a_class_of_one_is_reported(self):
        toy.write_folder(self.root, {"a": 3, "b": 3, "one": 1})
        dataset = load_image_folder(self.root)
        self.assertEqual(dataset.problems, {"single_image": ["one"]})

    def test_train_and_test_folders_become_parts(self):
        toy.write_folder(
            self.root, {"train/a": 3, "train/b": 3, "test/a": 1, "test/b": 2}
        )
        dataset = load_image_folder(self.root)
        self.assertEqual(dataset.class_names, ["a", "b"])
        split = make_split(dataset)
        self.assertEqual(
            split.ids_of("queries").tolist(),
            ["test/a/000.png", "test/b/000.png", "test/b/001.png"],
        )
        self.assertEqual(len(split.training), 6)

    def test_classes_called_train_and_test_stay_classes(self):
        toy.write_folder(self.root, {"train": 3, "test": 3})
        self.assertEqual(
            load_image_folder(self.root).class_names, ["test", "train"]
        )

    def test_errors_say_what_is_missing(self):
        with self.assertRaisesRegex(DataError, "Found no images in"):
            load_image_folder(self.root)
        toy.write_folder(self.root, {"cat": 3})
        with self.assertRaisesRegex(DataError, r"1 class \(cat\)"):
            load_image_folder(self.root)
        toy.write(self.root / "dog" / "1.png", b"x")
        with self.assertRaisesRegex(DataError, "1 class"):
            load_image_folder(self.root)
        for path in (self.root / "cat").iterdir():
            path.write_bytes(b"x")
        with self.assertRaisesRegex(DataError, "None of the 4 images"):
            load_image_folder(self.root)
        with self.assertRaisesRegex(DataError, "Could not read the folder"):
            load_dataset("image_folder", self.root / "nowhere")
        with self.assertRaisesRegex(DataError, "needs --data_dir"):
            load_dataset("image_folder")


class CsvTest(FolderCase):
    def setUp(self):
        super().setUp()
        for i in range(6):
            toy.write(self.root / "img" / f"{i}.png", toy.png(seed=i))

    def listing(self, text: str, name: str = "labels.csv") -> Path:
        path = self.root / name
        path.write_text(text, "utf-8")
        return path

    def test_single_labels(self):
        self.listing("img/0.png,cat\nimg/1.png,dog\n\nimg/2.png, cat \n")
        dataset = load_image_folder(self.root)
        self.assertEqual(dataset.class_names, ["cat", "dog"])
        self.assertEqual(dataset.labels.tolist(), [0, 1, 0])
        self.assertEqual(dataset.labels.dtype, np.int64)
        self.assertIsNone(dataset.partition)

    def test_multi_labels_with_parts(self):
        self.listing(
            "\ufeffsplit,path,labels\r\n"
            "query,img/0.png,sea;sky\r\n"
            "train,img/1.png,sky;sky\r\n"
            ",img/2.png,\r\n"
        )
        dataset = load_image_folder(self.root)
        self.assertEqual(dataset.labels.tolist(), [[1, 1], [0, 1], [0, 0]])
        self.assertEqual(dataset.labels.dtype, np.uint8)
        self.assertEqual(
            dataset.partition.tolist(), ["queries", "training", "database"]
        )

    def test_other_names_and_the_file_itself(self):
        path = self.listing("img/0.png,a\nimg/1.png,b\n", "mine.csv")
        for dataset in (
            load_image_folder(path),
            load_dataset("image_folder", path),
            load_dataset("image_folder", self.root, csv="mine.csv"),
        ):
            self.assertEqual(dataset.class_names, ["a", "b"])
        with self.assertRaisesRegex(DataError, "There is no CSV file"):
            load_image_folder(self.root, csv="other.csv")

    def test_missing_unlabelled_and_windows_paths(self):
        self.listing(
            "img\\0.png,a\nimg/1.png,b\nimg/gone.png,a\nimg/2.png,\n"
            f"{self.root / 'img' / '3.png'},a\n"
        )
        dataset = load_image_folder(self.root)
        self.assertEqual(dataset.labels.tolist(), [0, 1, 0])
        self.assertEqual(
            dataset.problems,
            {
                "missing": ["img/gone.png"],
                "unlabelled": ["img/2.png"],
                "single_image": ["b"],
            },
        )

    def test_semicolons_and_tabs_separate_cells(self):
        for text in (
            'path;label\nimg/0.png;"a;b"\nimg/1.png;b\n',
            "img/0.png\ta;b\nimg/1.png\tb\n",
        ):
            with self.subTest(text):
                dataset = load_image_folder(self.listing(text))
                self.assertEqual(dataset.labels.tolist(), [[1, 1], [0, 1]])

    def test_equal_rows_count_once(self):
        text = "img/0.png,a;b\nimg/1.png,b\nimg/0.png,b;a\n"
        dataset = load_image_folder(self.listing(text))
        self.assertEqual(dataset.ids.tolist(), ["img/0.png", "img/1.png"])

    def test_pictures_of_an_unread_format(self):
        toy.write(self.root / "img" / "9.HEIC", b"x")
        text = "img/0.png,a\nimg/1.png,b\nimg/9.HEIC,b\n"
        dataset = load_image_folder(self.listing(text))
        self.assertEqual(dataset.problems["unsupported"], ["img/9.HEIC"])
        with self.assertRaisesRegex(DataError, "convert them to JPEG"):
            load_image_folder(self.listing("img/9.HEIC,b\n"))

    def test_errors_name_the_line(self):
        cases = {
            "line 2: the split must be .* found 'tset'": (
                "img/0.png,a\nimg/1.png,b,tset\n"
            ),
            "line 2: img/0.png was listed in line 1": (
                "img/0.png,a\nimg/0.png,b\n"
            ),
            "line 1: expected path": ",a\n",
            "line 2: expected .* found 4 cells": (
                "img/0.png,a\nimg/1.png,b,,sky\n"
            ),
            "has no rows": "path,label\n",
            "None of the 1 images listed": "img/9.png,a\n",
        }
        for message, text in cases.items():
            with self.subTest(message):
                path = self.listing(text)
                with self.assertRaisesRegex(DataError, message):
                    load_image_folder(path)
        path.write_bytes(b"img/0.png,\xff\xfe\n")
        with self.assertRaisesRegex(DataError, "CSV file in UTF-8"):
            load_image_folder(path)


if __name__ == "__main__":
    unittest.main()
