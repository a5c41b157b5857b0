import json
import tempfile
import unittest
from pathlib import Path

import numpy as np

from tests.data import toy
from tf_dnnh.data import DataError, Split, make_split


class SplitTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.dataset = toy.toy(np.arange(50) % 2)
        self.split = make_split(self.dataset, seed=3, validation=0.2)

    def test_round_trip(self):
        path = self.split.save(self.folder)
        self.assertEqual(path.name, "split.json")
        self.assertEqual([p.name for p in self.folder.iterdir()], [path.name])
        loaded = Split.load(self.folder, self.dataset)
        self.assertEqual(loaded.sha256(), self.split.sha256())
        self.assertEqual(loaded.seed, 3)
        for part in ("queries", "database", "training", "validation"):
            np.testing.assert_array_equal(
                getattr(loaded, part), getattr(self.split, part)
            )

    def test_content(self):
        self.split.save(self.folder)
        content = json.loads((self.folder / "split.json").read_text("utf-8"))
        self.assertEqual(content["dataset"], "image_folder")
        self.assertEqual(content["protocol"], "holdout")
        self.assertEqual(content["sha256"], self.split.sha256())
        self.assertEqual(content["list_sha256"], self.split.list_sha256())
        self.assertEqual(
            content["queries"], self.split.ids_of("queries").tolist()
        )

    def test_many_ids_go_to_an_archive(self):
        dataset = toy.toy(np.arange(6000) % 2, size=1)
        split = make_split(dataset)
        split.save(self.folder)
        content = json.loads((self.folder / "split.json").read_text("utf-8"))
        self.assertEqual(content["queries"], split.list_sha256()["queries"])
        with np.load(self.folder / "split.npz") as stored:
            self.assertEqual(len(stored["database"]), len(split.database))
        loaded = Split.load(self.folder, dataset)
        self.assertEqual(loaded.sha256(), split.sha256())

    def test_survives_other_positions(self):
        self.split.save(self.folder)
        grown = toy.toy(np.arange(60) % 2)
        grown.ids = grown.ids[::-1].copy()
        loaded = Split.load(self.folder, grown)
        self.assertEqual(
            loaded.ids_of("queries").tolist(),
            self.split.ids_of("queries").tolist(),
        )

    def test_hash_follows_ids_and_order(self):
        def made(queries):
            ids = self.dataset.ids
            return Split("x", "y", 0, ids, queries, [5, 6], [5], [])

        self.assertEqual(made([0, 1]).sha256(), made([0, 1]).sha256())
        self.assertNotEqual(made([0, 1]).sha256(), made([1, 0]).sha256())

    def test_overlap_is_refused(self):
        ids = self.dataset.ids
        cases = {
            "queries and in database": ([0, 1], [1, 2], [2], []),
            "queries and in training": ([0], [1, 2], [0], []),
            "queries and in validation": ([0], [1, 2], [2], [0]),
            "training and in validation": ([0], [1, 2], [2], [2]),
        }
        for message, parts in cases.items():
            with self.assertRaisesRegex(DataError, message):
                Split("x", "y", 0, ids, *parts)

    def test_reading_what_is_not_there(self):
        with self.assertRaisesRegex(DataError, "Could not read the split"):
            Split.load(self.folder, self.dataset)
        (self.folder / "split.json").write_text("{", "utf-8")
        with self.assertRaisesRegex(DataError, "Could not read the split"):
            Split.load(self.folder, self.dataset)

    def test_missing_images_and_changed_lists(self):
        path = self.split.save(self.folder)
        with self.assertRaisesRegex(DataError, "are not in image_folder"):
            Split.load(self.folder, toy.toy(np.arange(20) % 2))
        content = json.loads(path.read_text("utf-8"))
        content["queries"].pop()
        path.write_text(json.dumps(content), "utf-8")
        with self.assertRaisesRegex(DataError, "SHA-256"):
            Split.load(self.folder, self.dataset)


if __name__ == "__main__":
    unittest.main()
