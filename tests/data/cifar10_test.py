import os
import unittest
from pathlib import Path

import numpy as np

from tf_dnnh.data import load_dataset, make_split

_BESIDE = Path(__file__).resolve().parents[2].parent / "shared/data/tfds"
FOLDER = Path(os.environ.get("TF_DNNH_TFDS", _BESIDE))


@unittest.skipUnless((FOLDER / "cifar10").is_dir(), f"no CIFAR-10 in {FOLDER}")
class Cifar10Test(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dataset = load_dataset("cifar10", FOLDER)

    def test_all_sixty_thousand(self):
        self.assertEqual(len(self.dataset), 60_000)
        self.assertEqual(self.dataset.class_counts().tolist(), [6000] * 10)
        self.assertEqual(self.dataset.class_names[0], "airplane")
        self.assertEqual(self.dataset.source.images.shape[1:], (32, 32, 3))
        parts, counts = np.unique(self.dataset.partition, return_counts=True)
        self.assertEqual(parts.tolist(), ["test", "train"])
        self.assertEqual(counts.tolist(), [10_000, 50_000])

    def test_labels_fit_the_pictures(self):
        # Pictures of airplanes and ships are bluish, because of sky and sea.
        means = self.dataset.source.images[::5].mean(axis=(1, 2))
        blue = means[:, 2] - means[:, 0]
        by_class = [
            blue[self.dataset.labels[::5] == c].mean()
            for c in range(self.dataset.num_classes)
        ]
        bluest = np.argsort(by_class)[-2:]
        names = {self.dataset.class_names[c] for c in bluest}
        self.assertEqual(names, {"airplane", "ship"})

    def test_the_papers_protocol(self):
        split = make_split(self.dataset, "lai2015", validation=0.1)
        self.assertEqual(
            split.counts(),
            {
                "queries": 1000,
                "database": 59_000,
                "training": 4500,
                "validation": 500,
            },
        )

    def test_the_makers_division(self):
        split = make_split(self.dataset, "full")
        self.assertEqual(len(split.queries), 10_000)
        self.assertEqual(len(split.database), 50_000)


if __name__ == "__main__":
    unittest.main()
