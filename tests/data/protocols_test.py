import unittest

import numpy as np

from tests.data import toy
from tf_dnnh.data import DATASETS, DataError, make_split
from tf_dnnh.data.protocols import per_class


class PerClassTest(unittest.TestCase):
    def setUp(self):
        self.dataset = toy.toy(np.arange(7000) % 10, name="cifar10", size=1)

    def test_lai2015_sizes(self):
        split = make_split(self.dataset, "lai2015", seed=1)
        self.assertEqual(
            split.counts(),
            {
                "queries": 1000,
                "database": 6000,
                "training": 5000,
                "validation": 0,
            },
        )
        labels = self.dataset.labels
        for part, count in (("queries", 100), ("training", 500)):
            counts = np.bincount(labels[getattr(split, part)])
            self.assertEqual(set(counts.tolist()), {count})
        self.assertTrue(np.isin(split.training, split.database).all())
        self.assertFalse(np.isin(split.queries, split.database).any())

    def test_the_seed_decides(self):
        first = make_split(self.dataset, seed=1)
        again = make_split(self.dataset, seed=1)
        other = make_split(self.dataset, seed=2)
        self.assertEqual(first.sha256(), again.sha256())
        self.assertNotEqual(first.sha256(), other.sha256())

    def test_validation_is_carved_from_training_alone(self):
        without = make_split(self.dataset, seed=1)
        for validation in (0.1, 500):
            split = make_split(self.dataset, seed=1, validation=validation)
            np.testing.assert_array_equal(split.queries, without.queries)
            np.testing.assert_array_equal(split.database, without.database)
            self.assertEqual(len(split.training), 4500)
            counts = np.bincount(self.dataset.labels[split.validation])
            self.assertEqual(counts.tolist(), [50] * 10)
            np.testing.assert_array_equal(
                np.union1d(split.training, split.validation),
                np.sort(without.training),
            )

    def test_validation_out_of_range(self):
        for validation in (-0.1, 5000):
            with self.assertRaisesRegex(DataError, "`validation`"):
                make_split(self.dataset, validation=validation)

    def test_too_few_images_name_the_class(self):
        labels = np.concatenate([np.arange(6000) % 10, [0] * 10])
        dataset = toy.toy(labels[1:], name="cifar10", size=1)
        make_split(dataset)
        dataset = toy.toy(labels[11:-10], name="cifar10", size=1)
        message = "needs 600 images of each class .* 'class_0' has 598"
        with self.assertRaisesRegex(DataError, message):
            make_split(dataset)

    def test_full_is_the_makers_division(self):
        partition = ["train"] * 5000 + ["test"] * 1000 + ["extra"] * 1000
        self.dataset.partition = np.array(partition)
        split = make_split(self.dataset, "full")
        np.testing.assert_array_equal(split.queries, np.arange(5000, 6000))
        np.testing.assert_array_equal(split.database, np.arange(5000))
        np.testing.assert_array_equal(split.training, np.arange(5000))

    def test_unknown_protocol_lists_those_of_the_data_set(self):
        with self.assertRaisesRegex(DataError, "one of lai2015, full"):
            make_split(self.dataset, "lai2016")

    def test_one_class_only(self):
        dataset = toy.toy(np.zeros(1000, int), name="cifar10", size=1)
        with self.assertRaisesRegex(DataError, "at least two"):
            make_split(dataset)

    def test_the_papers_protocol_is_the_first_of_the_papers_data_sets(self):
        first = {name: next(iter(s.protocols)) for name, s in DATASETS.items()}
        self.assertEqual(first.pop("image_folder"), "holdout")
        self.assertEqual(set(first.values()), {"lai2015"})

    def test_multi_label_draws_class_by_class_without_reuse(self):
        labels = toy.random_multi_labels(2000, classes=5, share=0.3)
        dataset = toy.toy(labels, name="multi", size=1)
        usable = np.flatnonzero(labels.any(axis=1))
        rng = np.random.default_rng(0)
        parts = per_class(20, 50)(dataset, usable, rng)
        self.assertEqual(len(np.unique(parts["queries"])), 100)
        self.assertEqual(len(np.unique(parts["training"])), 250)
        for c in range(5):
            self.assertTrue(labels[parts["queries"][20 * c :][:20], c].all())
            self.assertTrue(labels[parts["training"][50 * c :][:50], c].all())
        self.assertFalse(np.isin(parts["queries"], parts["database"]).any())
        self.assertEqual(len(parts["database"]), len(usable) - 100)

    def test_the_rarest_class_draws_first(self):
        # The frequent class could take images that the rarer one needs.
        labels = np.zeros([400, 2], np.uint8)
        labels[:, 0] = labels[:66, 1] = 1
        dataset = toy.toy(labels, name="multi", size=1)
        rng = np.random.default_rng(0)
        parts = per_class(10, 50)(dataset, np.arange(400), rng)
        drawn = np.concatenate([parts["queries"][10:], parts["training"][50:]])
        self.assertTrue((drawn < 66).all())
        self.assertEqual(len(np.unique(drawn)), 60)


class ImageFolderTest(unittest.TestCase):
    def test_the_name_of_version_0_1_0(self):
        dataset = toy.toy(np.repeat(np.arange(3), 20))
        with self.assertWarnsRegex(DeprecationWarning, "called 'holdout' now"):
            split = make_split(dataset, "lai2015")
        self.assertEqual(split.protocol, "holdout")
        self.assertEqual(split.sha256(), make_split(dataset).sha256())

    def test_a_tenth_of_every_class(self):
        labels = np.repeat(np.arange(3), [100, 40, 2])
        split = make_split(toy.toy(labels))
        counts = np.bincount(labels[split.queries])
        self.assertEqual(counts.tolist(), [10, 4, 1])
        np.testing.assert_array_equal(split.training, split.database)
        self.assertEqual(len(split.database), 142 - 15)

    def test_a_class_of_one_stays_in_the_database(self):
        labels = np.repeat(np.arange(3), [100, 100, 1])
        split = make_split(toy.toy(labels), validation=0.1)
        self.assertIn(200, split.database)
        self.assertIn(200, split.training)

    def test_given_parts_are_kept(self):
        part = ["queries"] * 5 + ["training"] * 10 + ["validation"] * 3
        part += ["database"] * 12
        dataset = toy.toy(np.arange(30) % 2, partition=part)
        split = make_split(dataset, validation=0.5)
        np.testing.assert_array_equal(split.queries, np.arange(5))
        np.testing.assert_array_equal(split.database, np.arange(5, 30))
        np.testing.assert_array_equal(split.training, np.arange(5, 15))
        np.testing.assert_array_equal(split.validation, np.arange(15, 18))

    def test_without_training_rows_the_database_trains(self):
        part = ["queries"] * 5 + ["database"] * 25
        split = make_split(toy.toy(np.arange(30) % 2, partition=part))
        np.testing.assert_array_equal(split.training, np.arange(5, 30))

    def test_parts_without_queries(self):
        dataset = toy.toy(np.arange(30) % 2, partition=["training"] * 30)
        with self.assertRaisesRegex(DataError, "no queries"):
            make_split(dataset)

    def test_multi_label_shares_do_not_add_up(self):
        labels = toy.random_multi_labels(1000)
        split = make_split(toy.toy(labels), validation=0.1)
        drawn = labels[split.queries].sum(axis=0) / labels.sum(axis=0)
        self.assertTrue((drawn > 0.09).all())
        self.assertTrue((drawn < 0.13).all())
        self.assertGreater(len(split.validation), 50)

    def test_unlabelled_rows(self):
        labels = toy.random_multi_labels(200)
        bare = np.flatnonzero(~labels.any(axis=1))
        self.assertGreater(len(bare), 0)
        split = make_split(toy.toy(labels))
        self.assertFalse(np.isin(bare, split.database).any())
        self.assertEqual(split.notes["unlabelled"], len(bare))
        self.assertEqual(split.notes["unlabelled_rule"], "exclude")
        split = make_split(toy.toy(labels), unlabelled="keep")
        self.assertTrue(np.isin(bare, split.database).all())
        self.assertFalse(np.isin(bare, split.training).any())
        with self.assertRaisesRegex(ValueError, "'drop'"):
            make_split(toy.toy(labels), unlabelled="drop")

    def test_problems_are_stamped_into_the_notes(self):
        dataset = toy.toy(np.arange(30) % 2)
        dataset.problems = {"missing": ["a", "b"], "stray": []}
        self.assertEqual(make_split(dataset).notes, {"missing": 2})


if __name__ == "__main__":
    unittest.main()
