import unittest

import numpy as np

from tests.data import toy
from tests.data.nus_wide.copies import (
    CopyCase,
    labels_of,
    write_lines,
    write_official,
)
from tf_dnnh.data import (
    DataError,
    evaluation_batches,
    load_dataset,
    make_split,
)
from tf_dnnh.data.nus_wide.concepts import CONCEPTS_21
from tf_dnnh.data.nus_wide.loader import load_nus_wide

NAMES = [f"actor/{i:04d}_{2_124_494_179 + i}.jpg" for i in range(6)]
LABELS = labels_of("sky person", "sky zebra", "zebra", "", "water", "ocean")


class OfficialTest(CopyCase):
    def setUp(self):
        super().setUp()
        names = [name.replace("/", "\\") for name in NAMES]
        write_official(self.root, names, LABELS, training=3)
        for i, name in enumerate(NAMES):
            toy.write(self.root / "Flickr" / name, toy.png(seed=i))

    def test_the_21_concepts_and_their_images(self):
        dataset = load_dataset("nuswide", self.root)
        self.assertEqual(dataset.name, "nuswide")
        self.assertEqual(dataset.class_names, list(CONCEPTS_21))
        self.assertEqual(dataset.ids.tolist(), [NAMES[i] for i in (0, 1, 4, 5)])
        self.assertEqual(dataset.label_text(0), "sky, person")
        self.assertEqual(dataset.label_text(1), "sky")
        self.assertEqual(dataset.problems, {})
        self.assertEqual(
            dataset.partition.tolist(), ["train"] * 2 + ["test"] * 2
        )
        self.assertEqual(dataset.notes["rows_without_the_21_concepts"], 2)
        stream = evaluation_batches(dataset, np.arange(4), (6, 7), 4)
        self.assertEqual(next(iter(stream)).shape, [4, 6, 7, 3])

    def test_all_81_concepts_and_images(self):
        dataset = load_dataset("nuswide", self.root, protocol="hashnet81")
        self.assertEqual(dataset.num_classes, 81)
        np.testing.assert_array_equal(dataset.labels, LABELS)

    def test_missing_and_unreadable_images_are_counted_and_named(self):
        (self.root / "Flickr" / NAMES[0]).unlink()
        toy.write(self.root / "Flickr" / NAMES[4], b"<html>gone</html>")
        dataset = load_dataset("nuswide", self.root)
        self.assertEqual(dataset.ids.tolist(), [NAMES[1], NAMES[5]])
        self.assertEqual(dataset.problems["missing"], [NAMES[0]])
        self.assertRegex(
            dataset.problems["unreadable"][0], rf"^{NAMES[4]} \(Unknown image"
        )
        self.assertEqual(len(dataset.warnings()), 2)
        self.assertEqual(dataset.notes["rows"], 4)
        unchecked = load_nus_wide(self.root, check=False)
        self.assertEqual(len(unchecked), 3)

    def test_flat_folder(self):
        for i, name in enumerate(NAMES):
            number = name.split("_")[1].removesuffix(".jpg")
            flat = self.root / "Flickr" / f"{i + 7}_{number}_90ee05_m.jpg"
            (self.root / "Flickr" / name).rename(flat)
        dataset = load_nus_wide(self.root)
        self.assertEqual(dataset.ids[0], NAMES[0])
        self.assertEqual(
            dataset.source.path(0).name, "7_2124494179_90ee05_m.jpg"
        )

    def test_no_image_at_all(self):
        for name in NAMES:
            (self.root / "Flickr" / name).rename(self.root / "x")
        with self.assertRaisesRegex(DataError, "None of the 4 images listed"):
            load_nus_wide(self.root)

    def test_no_image_that_decodes(self):
        for name in NAMES:
            toy.write(self.root / "Flickr" / name, b"x")
        with self.assertRaisesRegex(DataError, "None of the 4 images in"):
            load_nus_wide(self.root)

    def test_what_is_missing_shows_the_tree(self):
        for folder in (None, self.root / "nowhere", self.root / "Flickr"):
            for download in (False, True):
                with self.subTest(folder), self.assertRaises(DataError) as seen:
                    load_dataset("nuswide", folder, download)
                self.assertNotIn("\n", str(seen.exception))
                tree = seen.exception.details.splitlines()
                self.assertEqual(tree[0], f"{folder or 'DIR'}/")
                self.assertIn("    Concepts81.txt", tree)

    def test_wrong_options(self):
        with self.assertRaisesRegex(ValueError, "concepts=10"):
            load_nus_wide(self.root, concepts=10)
        with self.assertRaisesRegex(DataError, "no list label files"):
            load_nus_wide(self.root, label_files="lists")


class ListsTest(CopyCase):
    def setUp(self):
        super().setUp()
        rows = {
            "train.txt": ["a 1 0", "b 0 1"],
            "test.txt": ["q 1 0", "u 0 0"],
            "database.txt": ["a 1 0", "c 0 1", "d 1 1", "v 0 0"],
        }
        for name, lines in rows.items():
            lines = [f"images/{line[0]}.jpg{line[1:]}" for line in lines]
            write_lines(self.root / name, lines)
        write_lines(self.root / "concepts.txt", ["cat", "dog"])
        for i, name in enumerate("abcdquv"):
            path = self.root / "pictures" / f"{name}.jpg"
            toy.write(path, toy.png(seed=i))

    def test_parts_are_those_of_the_lists(self):
        dataset = load_dataset("nuswide", self.root, protocol="lists")
        self.assertEqual(len(dataset), 7)
        split = make_split(dataset, "lists")
        self.assertEqual(split.ids_of("queries").tolist(), ["q.jpg"])
        self.assertEqual(split.ids_of("training").tolist(), ["a.jpg", "b.jpg"])
        self.assertEqual(
            split.ids_of("database").tolist(), ["a.jpg", "c.jpg", "d.jpg"]
        )
        self.assertEqual(split.notes["unlabelled"], 2)
        self.assertEqual(split.notes["unlabelled_rule"], "exclude")
        split = make_split(dataset, "lists", unlabelled="keep")
        self.assertIn("v.jpg", split.ids_of("database"))
        self.assertNotIn("u.jpg", split.ids_of("queries"))

    def test_without_a_list_of_the_database(self):
        (self.root / "database.txt").unlink()
        dataset = load_dataset("nuswide", self.root, protocol="lists")
        split = make_split(dataset, "lists")
        self.assertEqual(split.ids_of("database").tolist(), ["a.jpg", "b.jpg"])

    def test_without_queries(self):
        (self.root / "test.txt").unlink()
        dataset = load_dataset("nuswide", self.root, protocol="lists")
        with self.assertRaisesRegex(DataError, "names queries: call one test"):
            make_split(dataset, "lists")

    def test_a_query_that_is_in_the_database(self):
        path = self.root / "database.txt"
        path.write_text(path.read_text() + "images/q.jpg 1 0\n")
        dataset = load_dataset("nuswide", self.root, protocol="lists")
        with self.assertRaisesRegex(DataError, "in queries and in database"):
            make_split(dataset, "lists")

    def test_other_protocols_want_their_concepts(self):
        with self.assertRaisesRegex(DataError, "lack the concept 'sky'"):
            load_dataset("nuswide", self.root, protocol="lai2015")
        with self.assertRaisesRegex(DataError, "have 2 concepts, not 81"):
            load_dataset("nuswide", self.root, protocol="hashnet81")


if __name__ == "__main__":
    unittest.main()
