"""Tests of features on disk: values, reuse and file names."""

import pathlib
import tempfile
import unittest
from unittest import mock

import numpy as np

from tf_dnnh.data import ArraySource, AugmentConfig, ImageDataset
from tf_dnnh.models import build_hashing_model
from trainers.frozen.features import FrozenFeatures, feature_batches
from trainers.frozen.parts import frozen_part

CHANGES = AugmentConfig(brightness=50.0)
ROWS = np.array([9, 2, 7])


def make_dataset(change: int = 0) -> ImageDataset:
    images = np.random.default_rng(0).integers(0, 255, (10, 8, 8, 3), np.uint8)
    images[0] += np.uint8(change)
    return ImageDataset(
        "toy",
        np.arange(10) % 2,
        np.array([str(i) for i in range(10)]),
        ["a", "b"],
        ArraySource(images),
    )


class _CacheCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name) / "features"
        self.model = build_hashing_model("plain_cnn", 2, (8, 8, 3), seed=0)
        self.frozen = frozen_part(self.model.backbone, "head")
        self.dataset = make_dataset()

    def cache(self, **options) -> FrozenFeatures:
        values = {"augmentation": CHANGES, "seed": 0, **options}
        return FrozenFeatures(
            self.folder, self.model, self.frozen, self.dataset, **values
        )

    def expected(self, rows: np.ndarray) -> np.ndarray:
        images = self.dataset.source.images[rows]
        return self.frozen(self.model.normalization(images)).numpy()

    def copies(self, cache: FrozenFeatures, number: int) -> np.ndarray:
        cache.fill(ROWS, 2)
        return cache.read(ROWS, ROWS, np.full(len(ROWS), number))


class FrozenFeaturesTest(_CacheCase):
    def test_features_are_the_frozen_part_of_the_images(self):
        found = self.copies(self.cache(), 0)
        np.testing.assert_allclose(found, self.expected(ROWS), atol=1e-6)

    def test_copies_are_random_changes_and_stay(self):
        first, second = (self.copies(self.cache(), n) for n in (1, 2))
        for changed in (first, second):
            difference = np.abs(changed - self.expected(ROWS)).max(axis=1)
            self.assertTrue((difference > 1e-4).all())
        self.assertFalse(np.array_equal(first, second))
        np.testing.assert_array_equal(self.copies(self.cache(), 1), first)
        other = self.copies(self.cache(seed=1), 1)
        self.assertFalse(np.array_equal(first, other))

    def test_read_takes_each_row_of_its_copy(self):
        cache = self.cache()
        parts = [self.copies(cache, number) for number in range(3)]
        mixed = cache.read(ROWS, ROWS, np.array([2, 0, 1]))
        for row, number in enumerate((2, 0, 1)):
            np.testing.assert_array_equal(mixed[row], parts[number][row])

    def test_nothing_is_computed_twice(self):
        first = self.copies(self.cache(), 1)
        module = "trainers.frozen.features"
        with mock.patch(f"{module}.evaluation_batches") as batches:
            batches.side_effect = AssertionError("computed again")
            np.testing.assert_array_equal(self.copies(self.cache(), 1), first)
            with self.assertRaisesRegex(AssertionError, "again"):
                self.cache().fill(np.array([1]))


class FeatureBatchesTest(_CacheCase):
    def stream(self, start: int) -> list:
        cache = self.cache()
        cache.fill(ROWS, 2)

        def batches(epoch: int) -> np.ndarray:
            return np.roll(ROWS, epoch)[None].repeat(2, axis=0)

        stream = feature_batches(
            cache,
            self.dataset.labels,
            ROWS,
            batches,
            copies=2,
            seed=0,
            epochs=2,
            start_step=start,
        )
        return [[x.numpy() for x in batch] for batch in stream]

    def test_a_later_start_gives_the_rest(self):
        whole = self.stream(0)
        self.assertEqual(len(whole), 4)
        np.testing.assert_array_equal(whole[0][1], [1, 0, 1])
        np.testing.assert_array_equal(whole[2][1], [1, 1, 0])
        self.assertFalse(np.array_equal(whole[0][0], whole[1][0]))
        for start in (1, 2, 3):
            rest = self.stream(start)
            self.assertEqual(len(rest), 4 - start)
            for mine, theirs in zip(whole[start:], rest, strict=True):
                for one, two in zip(mine, theirs, strict=True):
                    np.testing.assert_array_equal(one, two)


if __name__ == "__main__":
    unittest.main()
