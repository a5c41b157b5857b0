"""Tests with file names and files that someone may have made on purpose."""

import csv
import json
import os
import pathlib
import re
import unittest

from tests.search.bombs import WEBP_BOMB, png
from tests.search.collections import (
    Answer,
    CommandCase,
    build,
    picture,
    write,
)
from tf_dnnh.search.collection import Collection

NAMES = [
    b"new\nline.png",
    b"comma, quote\" and 'apostrophe'.png",
    b"<script>alert(1)</script>.png",
    b"caf\xe9.png",
    "caf\u00e9 \U0001f408.png".encode(),
    b"--index=x.png",
    b"\x1b[31mred.png",
    b"=1+1.png",
    b"%s %d {}.png",
]


class NamesTest(CommandCase):
    def setUp(self) -> None:
        super().setUp()
        folder = os.fsencode(self.images)
        for seed, name in enumerate(NAMES):
            path = os.path.join(folder, b"<b>&;label", name)
            write(pathlib.Path(os.fsdecode(path)), 200 + seed)
        self.build()

    def test_each_finds_itself(self):
        collection = Collection.open(self.index)
        self.assertEqual(len(collection), 9 + len(NAMES))
        for id_ in collection.ids.tolist():
            found = collection.picture(id_)
            self.assertTrue(found.path.is_file())
            matches = collection.nearest(found.code, 18)
            self.assertIn(id_, [match.id for match in matches])
            self.assertTrue(collection.thumbnail(id_))

    def test_query_prints_json_and_plain_lines(self):
        path = self.images / "cat/00.png"
        more = f"--index={self.index}", "--k=18"
        answer = Answer("query", *more, path, "--json")
        paths = [r["path"] for r in answer.json[0]["results"]]
        self.assertEqual(len(paths), 18)
        answer.out.encode("utf-8")
        self.assertTrue(any(p.endswith(r"caf\xe9.png") for p in paths))
        words = Answer("query", *more, path).out
        self.assertEqual(len(words.splitlines()), 20)
        self.assertNotIn("\x1b", words)

    def test_a_query_with_such_a_name(self):
        label = self.images / "<b>&;label"
        path = os.path.join(os.fsencode(label), NAMES[3])
        answer = Answer(
            "query", f"--index={self.index}", os.fsdecode(path), "--json"
        )
        answer.out.encode("utf-8")
        self.assertEqual(answer.json[0]["results"][0]["distance"], 0)

    def test_page_and_tables(self):
        output = self.folder / "found"
        more = f"--index={self.index}", f"--output={output}", "--radius=12"
        self.assertEqual(Answer("duplicates", *more).status, 0)
        page = (output / "duplicates.html").read_text("utf-8")
        self.assertNotIn("<script", page)
        self.assertNotIn("<b>&", page)
        self.assertIn("&lt;b&gt;&amp;", page)
        with (output / "duplicates.csv").open(newline="") as lines:
            self.assertEqual(len(list(csv.DictReader(lines))), 18)
        for system in ("milvus", "opensearch", "postgresql"):
            path = self.folder / system
            Answer(
                "export",
                "codes",
                f"--index={self.index}",
                f"--system={system}",
                f"--output={path}",
            )
            with path.open(encoding="utf-8", newline="") as lines:
                if system == "postgresql":
                    rows = len(list(csv.DictReader(lines)))
                elif system == "milvus":
                    rows = len(json.load(lines)["rows"])
                else:
                    rows = len(list(map(json.loads, lines))) // 2
            with self.subTest(system=system):
                self.assertEqual(rows, 18)

    def test_remove_by_path(self):
        label = self.images / "<b>&;label"
        path = os.path.join(os.fsencode(label), NAMES[3])
        answer = Answer("remove", f"--index={self.index}", os.fsdecode(path))
        self.assertEqual(answer.status, 0, answer.err)


class FilesTest(CommandCase):
    def test_bombs_are_refused_before_they_are_decoded(self):
        for name, contents in {
            "bomb.webp": WEBP_BOMB,
            "bomb.png": png(20_000, 20_000, rows=20_000),
        }.items():
            (self.images / "cat" / name).write_bytes(contents)
        report = self.build()
        self.assertEqual((report["pictures"], report["unreadable"]), (9, 2))
        reasons = (self.index / "unreadable.csv").read_text("utf-8")
        self.assertEqual(len(re.findall("pixels, more than", reasons)), 2)

    def test_links_that_lead_in_circles(self):
        (self.images / "cat/loop").symlink_to(self.images)
        (self.images / "self").symlink_to("self")
        (self.images / "broken.png").symlink_to("nowhere.png")
        report = self.build()
        self.assertEqual((report["pictures"], report["unreadable"]), (9, 1))

    def test_a_link_to_a_folder_elsewhere(self):
        write(self.folder / "elsewhere/00.png", 77)
        (self.images / "bird").symlink_to(self.folder / "elsewhere")
        self.build()
        self.assertEqual(Collection.open(self.index).labels["bird"], 1)

    def test_a_pipe_and_a_folder_with_the_name_of_a_picture(self):
        os.mkfifo(self.images / "cat/pipe.png")
        (self.images / "cat/folder.png").mkdir()
        report = self.build()
        self.assertEqual((report["pictures"], report["unreadable"]), (9, 1))

    def test_a_picture_that_is_replaced_after_the_build(self):
        self.build()
        collection = Collection.open(self.index)
        path = self.images / "cat/00.png"
        path.write_bytes(b"<html><script>alert(1)</script></html>")
        with self.assertRaisesRegex(Exception, "not a JPEG"):
            collection.read(1)
        path.write_bytes(WEBP_BOMB)
        with self.assertRaisesRegex(Exception, "pixels"):
            collection.thumbnail(1)
        path.unlink()
        with self.assertRaisesRegex(Exception, "No such file"):
            collection.read(1)

    def test_hidden_and_other_files_are_left_alone(self):
        write(self.images / ".hidden/00.png", 1)
        (self.images / "cat/.DS_Store").write_bytes(b"x")
        (self.images / "cat/notes.txt").write_text("x")
        (self.images / "cat/PICTURE.PNG").write_bytes(picture(3))
        report = self.build()
        self.assertEqual((report["pictures"], report["unreadable"]), (10, 0))

    def test_train_and_test_folders_are_no_labels(self):
        root = self.folder / "parts"
        write(root / "train/cat/0.png", 1)
        write(root / "test/cat/0.png", 2)
        write(root / "test/dog/deep/0.png", 3)
        build(root, self.index)
        self.assertEqual(
            Collection.open(self.index).labels, {"cat": 2, "dog": 1}
        )

    def test_csv_with_missing_and_absolute_paths(self):
        outside = write(self.folder / "out/side.png", 9)
        table = self.folder / "list.csv"
        table.write_text(
            f"path,label\nimages\\cat\\00.png,cat\n{outside},far\nnone.png,x\n"
        )
        report = build(table, self.index)
        self.assertEqual((report["pictures"], report["unreadable"]), (2, 1))
        collection = Collection.open(self.index)
        self.assertEqual(collection.labels, {"cat": 1, "far": 1})
        self.assertIn(picture(9), [collection.read(id_)[0] for id_ in (1, 2)])


if __name__ == "__main__":
    unittest.main()
