import contextlib
import io
import json
import subprocess
import sys
import unittest

from tests.data import toy
from tests.data.nus_wide.copies import CopyCase, write_lines
from tf_dnnh.data import load_dataset, make_split
from tf_dnnh.data.__main__ import main
from tools.miniature.writer import write_miniature


class VerifyTest(CopyCase):
    def verify(self, *arguments: str) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        flags = ["--dataset=nuswide", f"--data_dir={self.root}", *arguments]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = main(["verify", *flags])
        return status, out.getvalue(), err.getvalue()

    def test_problems_are_found(self):
        write_miniature(self.root, 900, missing=2, corrupt=1)
        status, out, _ = self.verify("--protocol=mini81")
        self.assertEqual(status, 1)
        self.assertIn("81 classes, several labels", out)
        self.assertRegex(out, r"missing images +2  PROBLEM")
        self.assertRegex(out, r"unreadable images +1  PROBLEM")
        self.assertRegex(out, r"unlabelled images +\d+  note")
        self.assertRegex(out, r"used without a label +0  ok")
        self.assertIn("queries          250", out)

    def test_copies_are_found_by_their_content(self):
        write_miniature(self.root, 900, missing=0, corrupt=0)
        status, out, _ = self.verify("--protocol=mini81")
        self.assertEqual(status, 0)
        self.assertTrue(out.endswith("All is well.\n"))
        dataset = load_dataset("nuswide", self.root, protocol="mini81")
        split = make_split(dataset, "mini81")
        query, other = split.queries[0], split.database[0]
        contents = dataset.source.path(query).read_bytes()
        dataset.source.path(other).write_bytes(contents)
        status, out, _ = self.verify("--protocol=mini81")
        self.assertEqual(status, 1)
        self.assertRegex(out, r"duplicates +1  note")
        self.assertRegex(out, r"both query and database +1  PROBLEM")

    def test_a_missing_folder_shows_the_tree(self):
        self.root = self.root / "nowhere"
        status, out, err = self.verify()
        self.assertEqual((status, out), (2, ""))
        first, *tree = err.splitlines()
        self.assertRegex(first, "^error: Found no label files of NUS-WIDE")
        self.assertEqual(tree[0], f"{self.root}/")
        self.assertIn("  Flickr/", tree)

    def test_a_concept_with_too_few_images(self):
        write_miniature(self.root, 300, missing=0, corrupt=0)
        status, out, _ = self.verify("--protocol=lai2015")
        self.assertEqual(status, 1)
        self.assertRegex(out, r"split +1  PROBLEM\n +The protocol needs 600")

    def test_label_files_and_what_was_made_of_them(self):
        write_miniature(self.root, 900, missing=0, corrupt=0)
        _, out, _ = self.verify("--protocol=mini")
        self.assertRegex(out, r"Label files:\n +TrainImagelist.txt +\d+ rows")
        self.assertRegex(out, r"  Imagelist.txt +900 rows")
        self.assertRegex(out, r"AllLabels, 21 files +900 rows")
        self.assertRegex(out, r"rows without the 21 concepts: \d+")

    def test_lists_are_the_default_where_they_name_all_parts(self):
        self.write_lists(database=True)
        status, out, _ = self.verify()
        self.assertEqual(status, 0, out)
        self.assertIn("Protocol lists", out)
        self.assertRegex(out, r"database.txt +5 rows\n +test.txt +1 rows")
        self.assertIn("columns: concepts.txt", out)
        self.assertRegex(out, r"remarks +0  ok")

    def test_a_missing_list_of_the_database_is_a_note(self):
        self.write_lists(database=False)
        status, out, _ = self.verify("--protocol=lists")
        self.assertEqual(status, 0, out)
        self.assertRegex(out, r"remarks +1  note\n +no list file names the dat")

    def test_contradictory_and_repeated_rows(self):
        self.write_lists(database=True)
        path = self.root / "database.txt"
        path.write_text(path.read_text() + "0.png 1 1\n1.png 1 0\n")
        status, out, _ = self.verify()
        self.assertEqual(status, 1, out)
        self.assertRegex(
            out,
            r"contradictory labels +1  PROBLEM\n +database.txt, line 6: 0.png",
        )
        self.assertRegex(out, r"listed twice +2  note")

    def test_json(self):
        self.write_lists(database=True)
        status, out, err = self.verify(
            "--json", "--override=image_dir=pictures", "--override=training=2"
        )
        self.assertEqual((status, err), (0, ""))
        report = json.loads(out)
        self.assertEqual(
            report["label_files"],
            {"database.txt": 5, "test.txt": 1, "train.txt": 4},
        )
        self.assertEqual(report["protocol"], "lists[training=2]")
        self.assertEqual(report["counts"]["training"], 2)
        self.assertEqual(report["problems"], 0)
        self.assertEqual(report["classes"], {"cat": 3, "dog": 3})
        self.assertEqual(
            {check["status"] for check in report["checks"]}, {"ok"}
        )
        self.assertEqual(len(report["sha256"]), 4)

    def test_wrong_overrides(self):
        for wrong in ("bits=12", "training=many", "training"):
            with self.assertRaises(SystemExit) as caught:
                self.verify(f"--override={wrong}")
            self.assertEqual(caught.exception.code, 2)

    def test_it_starts_without_noise(self):
        self.write_lists(database=True)
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "tf_dnnh.data",
                "verify",
                "--dataset=nuswide",
                f"--data_dir={self.root}",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(done.stdout.endswith("All is well.\n"))

    def write_lists(self, database: bool) -> None:
        rows = [f"{i}.png {i % 2} {1 - i % 2}" for i in range(6)]
        for i in range(6):
            toy.write(self.root / "pictures" / f"{i}.png", toy.png(seed=i))
        write_lines(self.root / "concepts.txt", ["cat", "dog"])
        write_lines(self.root / "test.txt", rows[5:])
        write_lines(self.root / "train.txt", rows[:4])
        if database:
            write_lines(self.root / "database.txt", rows[:5])


if __name__ == "__main__":
    unittest.main()
