"""Tests of `build`: first, again, and with files that fail."""

import csv
import json
import shutil
import signal
import unittest
from unittest import mock

import numpy as np

from tests.export.tiny_run import shared_tiny_run
from tests.search.collections import (
    Answer,
    CommandCase,
    build,
    counted_encoding,
    kept_encoder,
    picture,
    touch,
    write,
)
from tf_dnnh.data.preprocessing import load_image
from tf_dnnh.runs.run_folder import RunFolder
from tf_dnnh.search import model_files
from tf_dnnh.search.building import build_index
from tf_dnnh.search.collection import Collection
from tf_dnnh.stopping import Stopped, StopRequests


class BuildTest(CommandCase):
    def test_first_build(self):
        self.assertEqual(
            self.build(),
            {"pictures": 9, "new": 9, "changed": 0, "gone": 0, "unreadable": 0},
        )
        collection = Collection.open(self.index)
        self.assertEqual(collection.labels, {"cat": 6, "dog": 3})
        names = [collection.picture(i).name for i in collection.ids.tolist()]
        self.assertEqual(
            names,
            [f"cat/{i:02d}.png" for i in range(6)]
            + [f"dog/{i:02d}.png" for i in range(3)],
        )

    def test_codes_are_those_of_the_model(self):
        self.build()
        model = RunFolder(shared_tiny_run()).load_model()
        collection = Collection.open(self.index)
        for id_ in collection.ids.tolist():
            contents, kind = collection.read(id_)
            self.assertEqual(kind, "image/png")
            image = load_image(contents, model.image_size)
            np.testing.assert_array_equal(
                collection.picture(id_).code, model.encode(image[None])[0]
            )
            relaxed = model(image[None]).numpy()[0]
            error = np.abs(collection.relaxed_of(id_) - relaxed)
            self.assertLessEqual(error.max(), 0.5001 / 255)

    def test_again_encodes_only_what_is_new_or_changed(self):
        self.build()
        ids = {p.name: p.id for p in self.pictures()}
        write(self.images / "cat/00.png", 100)
        touch(self.images / "cat/00.png")
        write(self.images / "bird/00.png", 101)
        (self.images / "dog/02.png").unlink()
        (self.images / "dog/01.png").rename(self.images / "cat/99.png")
        with counted_encoding() as encoded:
            report = self.build()
        self.assertEqual(
            report,
            {"pictures": 9, "new": 2, "changed": 1, "gone": 2, "unreadable": 0},
        )
        self.assertEqual(sum(encoded), 3)
        after = {p.name: p.id for p in self.pictures()}
        self.assertEqual(after["cat/00.png"], ids["cat/00.png"])
        self.assertEqual(len(set(after.values()) - set(ids.values())), 2)
        with counted_encoding() as encoded:
            report = self.build()
        self.assertEqual((report["new"], report["changed"]), (0, 0))
        self.assertEqual(encoded, [])

    def test_the_index_follows_the_pictures(self):
        self.build()
        write(self.images / "cat/00.png", 100)
        touch(self.images / "cat/00.png")
        (self.images / "dog/02.png").unlink()
        self.build()
        collection = Collection.open(self.index)
        for id_ in collection.ids.tolist():
            code = collection.picture(id_).code
            np.testing.assert_array_equal(
                collection.index.codes_of(np.array([id_]))[0], code
            )
            self.assertEqual(collection.nearest(code, 9)[0].distance, 0)
        self.assertEqual(len(collection.index), 8)

    def test_a_moved_folder_of_pictures_is_not_encoded_again(self):
        self.build()
        moved = self.folder / "elsewhere"
        shutil.copytree(self.images, moved)
        shutil.rmtree(self.images)
        with counted_encoding() as encoded:
            report = build(moved, self.index)
        self.assertEqual((report["pictures"], encoded), (9, []))
        self.assertEqual(
            self.pictures()[0].path, moved.resolve() / "cat/00.png"
        )

    def test_a_label_that_changes_in_a_csv_file(self):
        table = self.folder / "labels.csv"
        table.write_text("images/cat/00.png,cat\nimages/dog/00.png,a;b\n")
        build(table, self.index)
        collection = Collection.open(self.index)
        self.assertEqual(collection.labels, {"a": 1, "b": 1, "cat": 1})
        table.write_text("images/cat/00.png,lion\nimages/dog/00.png,\n")
        with counted_encoding() as encoded:
            report = build(table, self.index)
        self.assertEqual((report["changed"], encoded), (2, []))
        self.assertEqual(Collection.open(self.index).labels, {"lion": 1})

    def test_unreadable_pictures_are_listed(self):
        (self.images / "cat/bad.jpg").write_bytes(b"\xff\xd8\xff no picture")
        (self.images / "cat/empty.png").write_bytes(b"")
        good = picture(7)
        (self.images / "cat/half.png").write_bytes(good[: len(good) // 2])
        report = self.build()
        self.assertEqual((report["pictures"], report["unreadable"]), (9, 3))
        with (self.index / "unreadable.csv").open(newline="") as lines:
            rows = list(csv.reader(lines))
        self.assertEqual(rows[0], ["path", "reason"])
        self.assertEqual(
            [row[0] for row in rows[1:]],
            ["cat/bad.jpg", "cat/empty.png", "cat/half.png"],
        )
        self.assertEqual(rows[2][1], "empty file")
        self.assertTrue(all(row[1] for row in rows[1:]))
        for name in ("bad.jpg", "empty.png", "half.png"):
            (self.images / "cat" / name).unlink()
        self.build()
        self.assertFalse((self.index / "unreadable.csv").exists())

    def test_a_picture_that_becomes_unreadable_is_dropped(self):
        self.build()
        (self.images / "cat/00.png").write_bytes(b"broken")
        report = self.build()
        self.assertEqual(
            (report["pictures"], report["gone"], report["unreadable"]),
            (8, 1, 1),
        )

    def test_a_stopped_build_goes_on_where_it_was(self):
        encoder = kept_encoder(shared_tiny_run())
        stop, run = StopRequests(), encoder.run

        def stopping(images: list) -> object:
            stop._handle(signal.SIGTERM, None)
            return run(images)

        with (
            mock.patch.object(encoder, "batch_size", 4),
            mock.patch.object(encoder, "run", stopping),
            mock.patch.object(
                model_files, "open_encoder", return_value=encoder
            ),
            self.assertRaises(Stopped) as caught,
        ):
            build_index(shared_tiny_run(), self.images, self.index, stop=stop)
        self.assertEqual(caught.exception.status, 143)
        self.assertIn("goes on from there", str(caught.exception))
        self.assertEqual(len(Collection.open(self.index)), 0)
        self.assert_refused(
            Answer("info", f"--index={self.index}"), "no pictures yet"
        )
        with counted_encoding() as encoded:
            self.assertEqual(self.build()["new"], 9)
        self.assertEqual(sum(encoded), 5)

    def test_words(self):
        arguments = (
            "build",
            f"--model={shared_tiny_run()}",
            f"--images={self.images}",
            f"--index={self.index}",
        )
        (self.images / "cat/empty.png").write_bytes(b"")
        answer = Answer(*arguments)
        self.assertIn("9 new, 0 changed, 0 gone; 1 unreadable", answer.out)
        self.assertIn("unreadable.csv", answer.out)

    def test_a_moved_index(self):
        self.build()
        moved = self.folder / "moved"
        self.index.rename(moved)
        self.assertEqual(len(Collection.open(moved)), 9)

    def test_another_kind(self):
        self.build("--kind=flat")
        self.assertEqual(Collection.open(self.index).index.kind, "flat")
        self.build()
        settings = json.loads((self.index / "collection.json").read_text())
        self.assertEqual(settings["kind"], "flat")

    def pictures(self) -> list:
        collection = Collection.open(self.index)
        return [collection.picture(i) for i in collection.ids.tolist()]


if __name__ == "__main__":
    unittest.main()
