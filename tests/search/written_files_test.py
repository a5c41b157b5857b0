"""Tests of `duplicates` and `export codes`."""

import csv
import json
import shutil
import unittest

import numpy as np

from tests.search.collections import (
    Answer,
    CommandCase,
)
from tf_dnnh.search.collection import Collection


class FilesTest(CommandCase):
    def setUp(self) -> None:
        super().setUp()
        shutil.copy(self.images / "cat/00.png", self.images / "dog/copy.png")
        self.build()

    def test_duplicates(self):
        output = self.folder / "found"
        found = Answer(
            "duplicates",
            f"--index={self.index}",
            f"--output={output}",
            "--json",
        ).json
        with (output / "duplicates.csv").open(newline="") as lines:
            rows = list(csv.DictReader(lines))
        self.assertEqual(len(rows), found["pictures"])
        group = next(r["group"] for r in rows if "cat/00.png" in r["path"])
        together = [r["path"] for r in rows if r["group"] == group]
        for name in ("cat/00.png", "dog/copy.png"):
            self.assertIn(str(self.images / name), together)
        page = (output / "duplicates.html").read_text("utf-8")
        self.assertIn("dog/copy.png", page)
        self.assertIn("data:image/jpeg;base64,", page)
        self.assertNotRegex(page, r"(src|href)=\"(?!data:)")

    def test_export_codes(self):
        collection = Collection.open(self.index)
        codes = {i: collection.picture(i).code for i in range(1, 11)}

        def export(system: str) -> str:
            path = self.folder / system
            answer = Answer(
                "export",
                "codes",
                f"--index={self.index}",
                f"--system={system}",
                f"--output={path}",
            )
            self.assertEqual(answer.status, 0, answer.err)
            return path.read_text("utf-8")

        rows = json.loads(export("milvus"))["rows"]
        self.assertEqual(
            {row["id"]: row["code"] for row in rows},
            {id_: code.tolist() for id_, code in codes.items()},
        )
        self.assertEqual(rows[0]["name"], "cat/00.png")
        lines = list(map(json.loads, export("opensearch").splitlines()))
        for action, source in zip(lines[::2], lines[1::2], strict=True):
            code = codes[int(action["index"]["_id"])]
            self.assertEqual(source["code"], code.view(np.int8).tolist())
        rows = list(csv.DictReader(export("postgresql").splitlines()))
        for row in rows:
            bits = np.unpackbits(codes[int(row["id"])], count=12)
            self.assertEqual(row["code"], "".join(map(str, bits)))

    def test_where_a_file_cannot_be(self):
        answer = Answer(
            "export",
            "codes",
            f"--index={self.index}",
            "--system=milvus",
            f"--output={self.folder}",
        )
        self.assert_refused(answer, "must be a file")
        taken = self.folder / "taken"
        taken.write_text("")
        answer = Answer(
            "duplicates", f"--index={self.index}", f"--output={taken}"
        )
        self.assert_refused(answer, "must be a folder")


if __name__ == "__main__":
    unittest.main()
