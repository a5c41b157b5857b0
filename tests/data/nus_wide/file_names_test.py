import subprocess
import sys
import unittest

from tests.data.nus_wide.copies import CopyCase, write_lines
from tf_dnnh.data import DataError
from tf_dnnh.data.nus_wide.file_names import (
    default_protocol,
    is_official,
    label_stems,
    parts_of,
)


class NamesTest(unittest.TestCase):
    def test_parts(self):
        for stem, parts in {
            "train": {"training"},
            "NUS-WIDE_Test": {"queries"},
            "database7": {"database"},
            "nus21_db": {"database"},
            "val_query": {"validation", "queries"},
            "latest": set(),
            "trained": set(),
        }.items():
            self.assertEqual(parts_of(stem), parts)

    def test_official_names_are_no_lists(self):
        for stem in (
            "Imagelist",
            "TestImageList",
            "Train_Tags81",
            "All_Tags",
            "Labels_sky_Train",
            "Concepts81",
            "README_test",
        ):
            self.assertTrue(is_official(stem), stem)
        for stem in ("train", "test_img", "database_label"):
            self.assertFalse(is_official(stem), stem)

    def test_names_of_label_files(self):
        self.assertIn("database_label_onehot", label_stems("database_img"))
        self.assertIn("targets_onehot_tc10", label_stems("img_tc10"))


class DefaultProtocolTest(CopyCase):
    def write(self, *names: str) -> None:
        for name in names:
            write_lines(self.root / name, ["a.jpg 0 1"])

    def test_lists_that_name_all_parts(self):
        self.write("nus/train.txt", "nus/test.txt")
        self.assertEqual(default_protocol(self.root), "lai2015")
        self.write("nus/database.txt")
        self.assertEqual(default_protocol(self.root), "lists")
        self.assertEqual(default_protocol(self.root / "nus"), "lists")

    def test_official_lists_are_read_first(self):
        self.write("train.txt", "test.txt", "database.txt")
        self.write("up/ImageList/Imagelist.txt")
        self.assertEqual(default_protocol(self.root), "lai2015")

    def test_no_folder(self):
        self.assertEqual(default_protocol(None), "lai2015")
        self.assertEqual(default_protocol(self.root / "no"), "lai2015")

    def test_two_folders_of_lists(self):
        self.write("a/test.txt", "b/test.txt")
        with self.assertRaisesRegex(DataError, "list files in a and in b"):
            default_protocol(self.root)

    def test_it_imports_no_tensorflow(self):
        code = (
            "import sys; from tf_dnnh.data.nus_wide import file_names; "
            "sys.exit('tensorflow' in sys.modules)"
        )
        subprocess.run([sys.executable, "-c", code], check=True)


if __name__ == "__main__":
    unittest.main()
