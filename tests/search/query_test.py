"""Tests of `query`."""

import json
import unittest

import numpy as np

from tests.export.tiny_run import shared_tiny_run
from tests.search.collections import (
    Answer,
    CommandCase,
    write,
)
from tf_dnnh.search.collection import Collection


class QueryTest(CommandCase):
    def setUp(self) -> None:
        super().setUp()
        self.build()

    def query(self, *arguments: object) -> Answer:
        return Answer("query", f"--index={self.index}", *arguments)

    def test_json(self):
        path = self.images / "dog/01.png"
        (answer,) = self.query(path, "--k=3", "--json").json
        self.assertEqual(list(answer), ["query", "no_match", "results"])
        self.assertEqual(answer["query"], str(path))
        self.assertIs(answer["no_match"], False)
        self.assertEqual(len(answer["results"]), 3)
        first = answer["results"][0]
        self.assertEqual(list(first), ["id", "path", "distance", "label"])
        self.assertEqual(
            first,
            {"id": 8, "path": str(path), "distance": 0, "label": "dog"},
        )
        distances = [result["distance"] for result in answer["results"]]
        self.assertEqual(distances, sorted(distances))

    def test_words(self):
        cat, dog = self.images / "cat/00.png", self.images / "dog/01.png"
        answer = self.query(cat, dog)
        self.assertEqual(answer.status, 0)
        self.assertRegex(
            answer.out, r"id +path +distance +label\n 1  .*cat/00.png +0  cat"
        )

    def test_all_pictures_and_no_more(self):
        path = self.images / "cat/00.png"
        (answer,) = self.query(path, "--k=100", "--json").json
        ids = [result["id"] for result in answer["results"]]
        self.assertEqual(sorted(ids), list(range(1, 10)))

    def test_label(self):
        path = self.images / "cat/00.png"
        (answer,) = self.query(path, "--label=dog", "--json").json
        labels = {result["label"] for result in answer["results"]}
        self.assertEqual((labels, len(answer["results"])), ({"dog"}, 3))
        refused = self.query(path, "--label=bird")
        self.assert_refused(refused, "choose one of cat, dog")

    def test_radius(self):
        path = self.images / "cat/00.png"
        (every,) = self.query(path, "--json").json
        for radius in (0, 2, 4, 12):
            (answer,) = self.query(path, f"--radius={radius}", "--json").json
            wanted = [r for r in every["results"] if r["distance"] <= radius]
            self.assertEqual(answer["results"], wanted)

    def test_no_match(self):
        stranger = self.folder / "stranger.png"
        for seed in range(900, 950):
            write(stranger, seed)
            (answer,) = self.query(stranger, "--json").json
            if answer["results"][0]["distance"]:
                break
        (answer,) = self.query(stranger, "--radius=0", "--json").json
        self.assertEqual((answer["no_match"], answer["results"]), (True, []))
        self.assertIn("no match", self.query(stranger, "--radius=0").out)

    def test_rerank_orders_by_relaxed_codes(self):
        path = self.images / "cat/03.png"
        (answer,) = self.query(path, "--rerank", "--json").json
        collection = Collection.open(self.index)
        relaxed = collection.encode([path.read_bytes()]).relaxed[0]
        gaps = [
            np.square(collection.relaxed_of(result["id"]) - relaxed).sum()
            for result in answer["results"]
        ]
        self.assertEqual(len(gaps), 9)
        self.assertEqual(gaps, sorted(gaps))
        self.assertEqual(answer["results"][0]["id"], 4)

    def test_one_bad_picture_fails_alone(self):
        good = self.images / "cat/00.png"
        answer = self.query(good, self.folder / "none.png", "--json")
        self.assertEqual(answer.status, 2)
        self.assertEqual(len(json.loads(answer.out)), 1)
        self.assertRegex(answer.err, "1 of 2 pictures .*none.png")

    def test_flags_before_and_after(self):
        path = str(self.images / "cat/00.png")
        argv = ["--k=2", path, f"--index={self.index}", "--json"]
        (answer,) = Answer("query", *argv).json
        self.assertEqual(len(answer["results"]), 2)

    def test_a_run(self):
        path = self.images / "cat/00.png"
        workdir = f"--workdir={shared_tiny_run()}"
        (answer,) = Answer("query", workdir, path, "--json").json
        self.assertEqual(len(answer["results"]), 10)
        self.assertRegex(answer["results"][0]["path"], r"^digit_\d{4}$")
        (answer,) = Answer("query", workdir, path, "--rerank", "--json").json
        self.assertEqual(len(answer["results"]), 10)


if __name__ == "__main__":
    unittest.main()
