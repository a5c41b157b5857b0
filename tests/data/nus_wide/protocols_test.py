"""Tests of the protocols at full size, on labels alone."""

import unittest

import numpy as np

from tf_dnnh.data import DataError, FileSource, ImageDataset, make_split
from tf_dnnh.data.nus_wide.concepts import CONCEPTS_21, CONCEPTS_81
from tools.miniature.writer import draw_labels

# Images with one of the 21 concepts in the complete set.
IMAGES = 195_834


def labels_only(labels: np.ndarray, concepts: tuple[str, ...]) -> ImageDataset:
    names = [f"{i:06d}.jpg" for i in range(len(labels))]
    source = FileSource("nowhere", names)
    return ImageDataset(
        "nuswide", labels, np.array(names), list(concepts), source
    )


class Lai2015Test(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        rng = np.random.default_rng(0)
        share = np.geomspace(0.38, 0.03, 21)
        cls.labels = (rng.random([IMAGES, 21]) < share).astype(np.uint8)
        bare = ~cls.labels.any(axis=1)
        cls.labels[bare, rng.integers(0, 21, bare.sum())] = 1
        cls.dataset = labels_only(cls.labels, CONCEPTS_21)
        cls.split = make_split(cls.dataset, "lai2015", seed=3)

    def test_sizes(self):
        self.assertEqual(
            self.split.counts(),
            {
                "queries": 2100,
                "database": IMAGES - 2100,
                "training": 10_500,
                "validation": 0,
            },
        )

    def test_class_by_class_without_reuse(self):
        for part, count in (("queries", 100), ("training", 500)):
            drawn = getattr(self.split, part)
            self.assertEqual(len(np.unique(drawn)), len(drawn))
            for c in range(21):
                of_class = drawn[c * count : (c + 1) * count]
                self.assertTrue(self.labels[of_class, c].all())

    def test_training_images_are_in_the_database_and_queries_are_not(self):
        inside = np.isin(self.split.training, self.split.database)
        self.assertTrue(inside.all())
        self.assertFalse(np.isin(self.split.queries, self.split.database).any())

    def test_an_incomplete_copy_names_the_concept(self):
        rare = np.flatnonzero(self.labels[:, 20])
        kept = np.delete(self.labels, rare[500:], axis=0)
        with self.assertRaisesRegex(
            DataError, "600 images of each class .* but 'mountain' has 500: "
        ):
            make_split(labels_only(kept, CONCEPTS_21), "lai2015")

    def test_validation(self):
        split = make_split(self.dataset, "lai2015", seed=3, validation=0.1)
        np.testing.assert_array_equal(split.queries, self.split.queries)
        held = len(split.validation)
        self.assertEqual(len(split.training), 10_500 - held)
        self.assertLess(abs(held - 1050), 300)


class HashNet81Test(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.labels = draw_labels(40_000, np.random.default_rng(0))
        cls.bare = np.flatnonzero(~cls.labels.any(axis=1))
        cls.dataset = labels_only(cls.labels, CONCEPTS_81)

    def test_sizes_without_unlabelled_rows(self):
        split = make_split(self.dataset, "hashnet81")
        rest = 40_000 - len(self.bare) - 5000
        self.assertEqual(
            split.counts(),
            {
                "queries": 5000,
                "database": rest,
                "training": 10_000,
                "validation": 0,
            },
        )
        self.assertGreater(len(self.bare), 1000)
        self.assertEqual(split.notes["unlabelled"], len(self.bare))
        self.assertEqual(split.notes["unlabelled_rule"], "exclude")
        self.assertTrue(np.isin(split.training, split.database).all())
        for part in ("queries", "training", "database"):
            inside = np.isin(getattr(split, part), self.bare)
            self.assertFalse(inside.any())

    def test_unlabelled_rows_kept_in_the_database_only(self):
        split = make_split(self.dataset, "hashnet81", unlabelled="keep")
        self.assertEqual(len(split.database), 35_000)
        self.assertTrue(np.isin(self.bare, split.database).all())
        self.assertFalse(np.isin(split.queries, self.bare).any())
        self.assertFalse(np.isin(split.training, self.bare).any())
        self.assertEqual(split.notes["unlabelled_rule"], "keep")

    def test_the_seed_decides(self):
        first, again, other = (
            make_split(self.dataset, "hashnet81", seed=seed).sha256()
            for seed in (1, 1, 2)
        )
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)

    def test_too_few_images(self):
        few = labels_only(self.labels[:15_000], CONCEPTS_81)
        with self.assertRaisesRegex(DataError, "15,000 labelled images"):
            make_split(few, "hashnet81")


if __name__ == "__main__":
    unittest.main()
