import contextlib
import io
import unittest

from tests.data.nus_wide.copies import CopyCase
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


if __name__ == "__main__":
    unittest.main()
