"""Tests of outputs on disk: reuse, concurrent processes and file names."""

import dataclasses
import pathlib
import tempfile
import unittest
from unittest import mock

import numpy as np

from tests.data import toy
from tf_dnnh.data import ArraySource, FileSource, ImageDataset
from tf_dnnh.models import build_hashing_model
from trainers.encoder import Encoder
from trainers.frozen.output_cache import OutputCache, cache_key
from trainers.frozen.parts import frozen_part

INDICES = np.arange(10)[::-1].copy()
BITS = 5


class Killed(Exception):  # noqa: N818
    pass


class _Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.model = build_hashing_model("plain_cnn", BITS, (16, 16, 3), seed=0)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.dataset = toy.toy(np.arange(10) % 2, size=16)

    def cache(self, key: str = "key") -> OutputCache:
        return OutputCache.on_disk(self.folder, key, 10, (BITS,))


class FillTest(_Case):
    def encoder(self, *, killed_after: int = 100) -> tuple[Encoder, list]:
        """Returns an encoder that records its batches and can fail at one."""
        encoder = Encoder(self.model, self.dataset, batch_size=4)
        inputs, read = encoder.inputs, []

        def counted(indices):
            for batch in inputs(indices):
                if len(read) == killed_after:
                    raise Killed
                read.append(len(batch))
                yield batch

        encoder.inputs = counted
        return encoder, read

    def test_a_killed_encoding_goes_on(self):
        expected = Encoder(self.model, self.dataset, 4).logits(INDICES)
        encoder, _ = self.encoder(killed_after=2)
        with self.assertRaises(Killed):
            encoder.logits(INDICES, cache=self.cache())
        self.assertEqual(self.cache().done.sum(), 8)
        encoder, read = self.encoder()
        logits = encoder.logits(INDICES, cache=self.cache())
        self.assertEqual(read, [2])
        np.testing.assert_array_equal(logits, expected)

    def test_half_a_batch_is_computed_again(self):
        cache = self.cache()
        cache.values[INDICES[:6]] = 1.0
        cache.done[INDICES[:6]] = True
        encoder, read = self.encoder()
        logits = encoder.logits(INDICES, cache=cache)
        self.assertEqual(read, [4, 2])
        self.assertTrue((logits[:4] == 1).all())
        self.assertFalse((logits[4:6] == 1).any())

    def test_complete_outputs_are_not_computed_again(self):
        cache = self.cache()
        cache.values[:], cache.done[:] = 2.0, True
        encoder, read = self.encoder()
        logits = encoder.logits(INDICES, cache=self.cache())
        self.assertEqual((read, logits.min()), ([], 2))

    def test_large_images_come_in_small_batches(self):
        dataset = toy.toy(np.arange(70) % 2, size=8)
        model = build_hashing_model(
            "plain_cnn", BITS, (224, 224, 3), load_size=(256, 256)
        )
        (first, _) = Encoder(model, dataset).inputs(np.arange(70))
        self.assertEqual(first.shape, [64, 224, 224, 3])


class SharedFolderTest(_Case):
    def test_a_second_process_never_truncates_the_first_ones_rows(self):
        # It found no file a moment ago, and opens the file only now.
        with mock.patch.object(pathlib.Path, "exists", return_value=False):
            first = self.cache()
            first.values[3], first.done[3] = 7.0, True
            second = self.cache()
        self.assertTrue(second.done[3])
        np.testing.assert_array_equal(second.values[3], np.full(BITS, 7.0))
        second.done[4] = True
        self.assertTrue(first.done[4])

    def test_new_rows_are_not_done(self):
        self.assertFalse(self.cache().done.any())

    def test_memory_ends_with_the_process(self):
        cache = OutputCache.in_memory(10, (BITS,))
        self.assertFalse(cache.done.any())
        self.assertEqual(cache.values.shape, (10, BITS))
        self.assertEqual(list(self.folder.iterdir()), [])


class KeyTest(_Case):
    def key(self, model=None, dataset=None) -> str:
        model = model or self.model
        frozen = frozen_part(model.backbone, "head")
        return cache_key(model, frozen, dataset or self.dataset)

    def test_equal_networks_and_images_have_one_key(self):
        again = build_hashing_model("plain_cnn", BITS, (16, 16, 3), seed=0)
        images = toy.toy(np.arange(10) % 2, size=16)
        self.assertEqual(self.key(), self.key(again, images))

    def test_a_frozen_part_does_not_depend_on_what_follows(self):
        same = build_hashing_model(
            "plain_cnn", BITS, (16, 16, 3), "fully_connected", seed=0
        )
        self.assertEqual(self.key(), self.key(same))

    def test_everything_that_counts_changes_the_key(self):
        pixels = ArraySource(toy.pictures(10, size=16, seed=1))
        other = dataclasses.replace(self.dataset, source=pixels)
        keys = {
            self.key(),
            self.key(build_hashing_model("plain_cnn", BITS, (16, 16, 3))),
            self.key(
                build_hashing_model(
                    "plain_cnn", BITS, (16, 16, 3), mean=1.0, seed=0
                )
            ),
            self.key(
                build_hashing_model(
                    "plain_cnn", BITS, (16, 16, 3), load_size=(20, 20), seed=0
                )
            ),
            self.key(dataset=other),
            cache_key(self.model, self.model, self.dataset),
        }
        self.assertEqual(len(keys), 6)

    def test_changed_files_change_the_key(self):
        names = [f"{i}.png" for i in range(10)]
        for i, name in enumerate(names):
            toy.write(self.folder / name, toy.png(seed=i))
        dataset = ImageDataset(
            "x",
            np.arange(10) % 2,
            np.array(names),
            ["a", "b"],
            FileSource(self.folder, names),
        )
        before = self.key(dataset=dataset)
        self.assertEqual(self.key(dataset=dataset), before)
        toy.write(self.folder / "3.png", toy.png(30, 40))
        self.assertNotEqual(self.key(dataset=dataset), before)


if __name__ == "__main__":
    unittest.main()
