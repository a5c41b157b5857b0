"""An evaluation that was killed goes on where it was."""

import pathlib
import tempfile
import unittest

import numpy as np

from tests.data import toy
from tf_dnnh.data import FileSource, ImageDataset
from tf_dnnh.models import build_hashing_model
from trainers.encoder import Encoder
from trainers.frozen.kept_logits import KeptLogits

INDICES = np.arange(10)[::-1].copy()


class Killed(Exception):  # noqa: N818
    pass


class KeptLogitsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.model = build_hashing_model("plain_cnn", 5, (16, 16, 3), seed=0)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.dataset = toy.toy(np.arange(10) % 2, size=16)

    def kept(self, model=None, dataset=None) -> KeptLogits:
        return KeptLogits(
            self.root, model or self.model, dataset or self.dataset
        )

    def encoder(self, *, killed_after: int = 100) -> tuple[Encoder, list]:
        """An encoder that notes which images it reads, and dies in time."""
        encoder = Encoder(self.model, self.dataset, batch_size=4)
        batches, read = encoder.batches, []

        def counted(indices, description):
            for batch in batches(indices, description):
                if len(read) == killed_after:
                    raise Killed
                read.append(len(batch))
                yield batch

        encoder.batches = counted
        return encoder, read

    def test_a_killed_encoding_goes_on(self):
        expected = Encoder(self.model, self.dataset, 4).logits(INDICES)
        encoder, _ = self.encoder(killed_after=2)
        with self.assertRaises(Killed):
            encoder.logits(INDICES, logits=self.kept().open(INDICES))
        self.assertEqual(self.done(self.kept()), 8)
        encoder, read = self.encoder()
        logits = encoder.logits(INDICES, logits=self.kept().open(INDICES))
        self.assertEqual(read, [2])
        np.testing.assert_array_equal(logits, expected)

    def test_half_a_batch_is_computed_again(self):
        kept = self.kept().open(INDICES)
        kept[:6] = 1.0
        encoder, read = self.encoder()
        logits = encoder.logits(INDICES, logits=kept)
        self.assertEqual(read, [4, 2])
        self.assertTrue((logits[:4] == 1).all())
        self.assertFalse((logits[4:6] == 1).any())

    def test_what_is_complete_is_not_computed_again(self):
        self.kept().open(INDICES)[:] = 2.0
        encoder, read = self.encoder()
        logits = encoder.logits(INDICES, logits=self.kept().open(INDICES))
        self.assertEqual((read, logits.min()), ([], 2))

    def done(self, kept: KeptLogits, indices=INDICES) -> int:
        return int((~np.isnan(kept.open(indices)).any(axis=1)).sum())

    def test_another_model_or_list_starts_anew(self):
        self.kept().open(INDICES)[:] = 2.0
        other = build_hashing_model("plain_cnn", 5, (16, 16, 3), seed=1)
        self.assertEqual(self.done(self.kept(other)), 0)
        self.assertEqual(self.done(self.kept(), INDICES[1:]), 0)
        self.assertEqual(self.done(self.kept()), 10)

    def test_changed_files_start_anew(self):
        names = [f"{i}.png" for i in range(10)]
        for i, name in enumerate(names):
            toy.write(self.root / name, toy.png(seed=i))
        dataset = ImageDataset(
            "x",
            np.arange(10) % 2,
            np.array(names),
            ["a", "b"],
            FileSource(self.root, names),
        )
        self.kept(dataset=dataset).open(INDICES)[:] = 2.0
        self.assertEqual(self.done(self.kept(dataset=dataset)), 10)
        toy.write(self.root / "3.png", toy.png(30, 40))
        self.assertEqual(self.done(self.kept(dataset=dataset)), 0)

    def test_remove(self):
        kept = self.kept()
        kept.open(INDICES)
        kept.remove()
        self.assertEqual(list(self.root.iterdir()), [])


class BatchSizeTest(unittest.TestCase):
    def test_large_images_come_in_small_batches(self):
        dataset = toy.toy(np.arange(70) % 2, size=8)
        model = build_hashing_model("plain_cnn", 5, (224, 224, 3))
        model.load_size = (256, 256)
        (first, _) = Encoder(model, dataset).batches(np.arange(70), None)
        self.assertEqual(first.shape, [64, 224, 224, 3])


if __name__ == "__main__":
    unittest.main()
