import unittest

import numpy as np

from tests.data import toy
from tf_dnnh.data import (
    DataError,
    class_balanced_batches,
    index_batches,
    multi_label_batches,
    shuffled_batches,
)


def lacking(labels: np.ndarray, batch: np.ndarray) -> int:
    """Counts the images in a batch without a positive or a negative."""
    similar = labels[batch].astype(int) @ labels[batch].T > 0
    np.fill_diagonal(similar, False)
    positives = similar.sum(axis=1)
    negatives = len(batch) - 1 - positives
    return int(((positives == 0) | (negatives == 0)).sum())


class ClassBalancedBatchesTest(unittest.TestCase):
    def test_p_classes_of_k_images_each_once(self):
        labels = np.repeat(np.arange(10), 50)
        indices = np.random.default_rng(0).permutation(500)
        batches = class_balanced_batches(labels, indices, 5, 10)
        self.assertEqual(batches.shape, (10, 50))
        for batch in batches:
            classes, counts = np.unique(labels[batch], return_counts=True)
            self.assertEqual(len(classes), 5)
            self.assertEqual(set(counts.tolist()), {10})
        self.assertEqual(sorted(batches.ravel().tolist()), list(range(500)))

    def test_rare_classes_come_more_often(self):
        labels = np.repeat(np.arange(3), [100, 100, 4])
        batches = class_balanced_batches(labels, np.arange(204), 3, 4)
        self.assertEqual(batches.shape, (17, 12))
        seen = np.bincount(batches.ravel(), minlength=204)
        # 17 batches of 4: the rare class is complete in each, no other repeats.
        self.assertEqual(seen[200:].tolist(), [17] * 4)
        self.assertEqual(seen[:200].max(), 1)

    def test_a_function_of_seed_and_epoch(self):
        labels = np.repeat(np.arange(4), 10)

        def make(seed, epoch):
            return class_balanced_batches(
                labels, np.arange(40), 2, 5, seed, epoch
            ).tolist()

        self.assertEqual(make(1, 2), make(1, 2))
        self.assertNotEqual(make(1, 2), make(1, 3))
        self.assertNotEqual(make(1, 2), make(2, 2))

    def test_only_given_images(self):
        labels = np.repeat(np.arange(4), 10)
        batches = class_balanced_batches(labels, np.arange(0, 40, 3), 2, 3)
        self.assertTrue((batches % 3 == 0).all())

    def test_too_few_classes(self):
        labels = np.zeros(10, int)
        with self.assertRaisesRegex(DataError, "2 classes, but there are 1"):
            class_balanced_batches(labels, np.arange(10), 1, 5)


class IndexBatchesTest(unittest.TestCase):
    def test_any_batch_size_and_number_of_classes(self):
        for classes in (2, 3, 7, 30):
            labels = np.arange(20 * classes) % classes
            for batch_size in (4, 10, 64):
                batches = index_batches(
                    labels, np.arange(len(labels)), batch_size
                )
                self.assertEqual(batches.shape[1], batch_size)
                for batch in batches:
                    counts = np.bincount(labels[batch], minlength=classes)
                    counts = counts[counts > 0]
                    self.assertGreaterEqual(len(counts), 2)
                    self.assertGreaterEqual(counts.min(), 2)
                    self.assertLessEqual(np.ptp(counts), 1)

    def test_images_per_class(self):
        labels = np.arange(500) % 10
        batches = index_batches(labels, np.arange(500), 60, images_per_class=12)
        counts = np.bincount(labels[batches[0]], minlength=10)
        self.assertEqual(sorted(counts.tolist()), [0] * 5 + [12] * 5)

    def test_tiny_batches_are_refused(self):
        with self.assertRaisesRegex(DataError, "batch_size=3"):
            index_batches(np.arange(10) % 2, np.arange(10), 3)

    def test_no_images_per_class(self):
        labels = np.arange(40) % 4
        for count in (0, -1):
            with self.assertRaisesRegex(DataError, f"per_class={count}"):
                index_batches(labels, np.arange(40), 8, images_per_class=count)


class ShuffledBatchesTest(unittest.TestCase):
    def test_every_image_at_most_once(self):
        batches = shuffled_batches(np.arange(100, 123), 5, seed=1, epoch=2)
        self.assertEqual(batches.shape, (4, 5))
        self.assertEqual(len(set(batches.ravel().tolist())), 20)
        again = shuffled_batches(np.arange(100, 123), 5, seed=1, epoch=2)
        np.testing.assert_array_equal(batches, again)


class MultiLabelBatchesTest(unittest.TestCase):
    def test_every_anchor_has_a_positive_and_a_negative(self):
        for share in (0.05, 0.25, 0.6):
            labels = toy.random_multi_labels(300, share=share)
            batches = multi_label_batches(labels, np.arange(300), 20)
            self.assertEqual(batches.shape, (15, 20))
            for batch in batches:
                self.assertEqual(len(set(batch.tolist())), 20)
                self.assertEqual(lacking(labels, batch), 0)

    def test_shows_every_usable_image_about_once(self):
        labels = toy.random_multi_labels(600, classes=10, share=0.2)
        batches = multi_label_batches(labels, np.arange(600), 30)
        seen = np.bincount(batches.ravel(), minlength=600)
        usable = labels.any(axis=1)
        self.assertEqual(seen[~usable].sum(), 0)
        self.assertLess((seen[usable] == 0).mean(), 0.05)
        self.assertLessEqual(seen.max(), 4)

    def test_a_label_on_nearly_everything(self):
        labels = np.zeros([200, 3], np.uint8)
        labels[:194, 0] = 1
        labels[190:, 1] = 1
        batches = multi_label_batches(labels, np.arange(200), 10)
        for batch in batches:
            self.assertEqual(lacking(labels, batch), 0)

    def test_leaves_out_what_cannot_be_an_anchor(self):
        labels = np.zeros([43, 4], np.uint8)
        labels[:20, 0] = 1
        labels[20:40, 1] = 1
        labels[40] = 1  # shares a label with everyone
        labels[41, 3] = 1  # only with 40, which is left out
        batches = multi_label_batches(labels, np.arange(43), 8)
        self.assertLess(batches.max(), 40)

    def test_a_function_of_seed_and_epoch(self):
        labels = toy.random_multi_labels(100)

        def make(seed, epoch):
            indices = np.arange(0, 100, 2)
            return multi_label_batches(
                labels, indices, 10, seed, epoch
            ).tolist()

        self.assertEqual(make(0, 1), make(0, 1))
        self.assertNotEqual(make(0, 1), make(0, 2))
        self.assertTrue(all(i % 2 == 0 for row in make(0, 1) for i in row))

    def test_index_batches_chooses_by_the_labels(self):
        labels = toy.random_multi_labels(100)
        np.testing.assert_array_equal(
            index_batches(labels, np.arange(100), 10, seed=3, epoch=4),
            multi_label_batches(labels, np.arange(100), 10, 3, 4),
        )

    def test_impossible_batches_are_refused(self):
        everyone_alike = np.ones([50, 2], np.uint8)
        with self.assertRaisesRegex(DataError, "but there are 0"):
            multi_label_batches(everyone_alike, np.arange(50), 10)
        labels = np.eye(2, dtype=np.uint8)[[0, 0, 1, 1]]
        with self.assertRaisesRegex(DataError, "smaller batch"):
            multi_label_batches(labels, np.arange(4), 5)


if __name__ == "__main__":
    unittest.main()
