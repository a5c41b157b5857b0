"""Tests of `add`, `remove`, `info` and `calibrate`."""

import shutil
import unittest

from tests.search.collections import (
    Answer,
    CommandCase,
    build,
    touch,
    write,
    write_classes,
)
from tf_dnnh.search.collection import Collection


class ChangesTest(CommandCase):
    def setUp(self) -> None:
        super().setUp()
        self.build()

    def test_add_and_build_again(self):
        outside = write(self.folder / "bird.png", 50)
        report = Answer(
            "add", f"--index={self.index}", outside, "--label=bird", "--json"
        ).json
        self.assertEqual((report["pictures"], report["new"]), (10, 1))
        query = Answer("query", f"--index={self.index}", outside, "--json")
        first = query.json[0]["results"][0]
        self.assertEqual((first["distance"], first["id"]), (0, 10))
        self.assertEqual(
            (first["path"], first["label"]), (str(outside), "bird")
        )
        self.assertEqual(self.build()["pictures"], 10)
        outside.unlink()
        self.assertEqual(self.build()["gone"], 1)

    def test_add_again_and_a_folder(self):
        more = self.folder / "more"
        write_classes(more, {"x": 2}, first_seed=70)
        (more / "bad.png").write_bytes(b"")
        answer = Answer("add", f"--index={self.index}", more)
        self.assertEqual(answer.status, 0)
        self.assertIn("2 new", answer.out)
        self.assertRegex(answer.err, r"unreadable: .*bad.png \(empty file\)")
        again = Answer("add", f"--index={self.index}", more, "--json").json
        self.assertEqual((again["new"], again["changed"]), (0, 0))
        write(more / "x/00.png", 80)
        touch(more / "x/00.png")
        again = Answer("add", f"--index={self.index}", more, "--json").json
        self.assertEqual((again["new"], again["changed"]), (0, 1))

    def test_add_what_does_not_exist(self):
        answer = Answer("add", f"--index={self.index}", "none.png")
        self.assert_refused(answer, "There is no picture none.png")

    def test_remove_by_id_and_path(self):
        report = Answer(
            "remove",
            f"--index={self.index}",
            2,
            self.images / "dog/00.png",
            "--json",
        ).json
        self.assertEqual((report["pictures"], report["gone"]), (7, 2))
        ids = Collection.open(self.index).ids.tolist()
        self.assertEqual(ids, [1, 3, 4, 5, 6, 8, 9])
        # The files are there, so that a build adds them under new ids.
        self.assertEqual(self.build()["new"], 2)
        self.assertEqual(Collection.open(self.index).ids.max(), 11)

    def test_remove_what_is_not_there(self):
        answer = Answer("remove", f"--index={self.index}", 1, "none.png", 77)
        self.assert_refused(answer, "2 of 3 .* first none.png")
        self.assertEqual(len(Collection.open(self.index)), 9)

    def test_info(self):
        summary = Answer("info", f"--index={self.index}", "--json").json
        self.assertEqual(summary["pictures"], 9)
        self.assertEqual(summary["bits"], 12)
        self.assertEqual(summary["labels"], {"cat": 6, "dog": 3})
        self.assertEqual(len(summary["balance"]), 12)
        self.assertEqual(sum(s * n for s, n in summary["bucket_sizes"]), 9)
        self.assertIsNone(summary["calibration"])
        words = Answer("info", f"--index={self.index}").out
        self.assertRegex(words, "pictures +9\n")
        self.assertRegex(words, "radius +not calibrated\n")


class CalibrateTest(CommandCase):
    def test_query_says_no_match_beyond_the_radius(self):
        # Equal pictures have equal codes: radius 0 is always right.
        for label, seed in (("cat", 1), ("dog", 2)):
            shutil.rmtree(self.images / label)
            for i in range(3):
                write(self.images / label / f"{i}.png", seed)
        self.build()
        found = Answer(
            "calibrate",
            f"--index={self.index}",
            "--target_precision=1",
            "--json",
        ).json
        self.assertEqual((found["precision"], found["queries"]), (1.0, 6))
        collection = Collection.open(self.index)
        self.assertEqual(collection.radius, found["radius"])
        between = collection.nearest(collection.picture(1).code, 6)[3].distance
        self.assertEqual(found["radius"], between - 1)
        self.assertEqual(collection.calibration, found)
        (answer,) = Answer(
            "query",
            f"--index={self.index}",
            self.images / "cat/0.png",
            "--json",
        ).json
        self.assertEqual({r["label"] for r in answer["results"]}, {"cat"})
        # A build keeps it.
        self.build()
        self.assertEqual(Collection.open(self.index).calibration, found)

    def test_other_pictures(self):
        self.build()
        others = self.folder / "others"
        write_classes(others, {"cat": 2, "dog": 2}, first_seed=30)
        (others / "cat/bad.png").write_bytes(b"")
        found = Answer(
            "calibrate",
            f"--index={self.index}",
            f"--images={others}",
            "--target_precision=0.3",
            "--json",
        ).json
        self.assertEqual((found["queries"], found["pictures"]), (4, 9))
        answer = Answer(
            "calibrate", f"--index={self.index}", f"--images={self.images}"
        )
        self.assert_refused(answer, "not in the index themselves")

    def test_no_labels(self):
        flat = self.folder / "flat"
        write(flat / "a.png", 1)
        build(flat, self.index)
        answer = Answer("calibrate", f"--index={self.index}")
        self.assert_refused(answer, "has a label")


if __name__ == "__main__":
    unittest.main()
