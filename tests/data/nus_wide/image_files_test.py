import tempfile
import unittest
from pathlib import Path

from tf_dnnh.data.nus_wide.image_files import locate, plain_name, plain_names


class PlainNameTest(unittest.TestCase):
    def test_all_copies_give_one_name(self):
        for name in (
            "actor\\0001_2124494179.jpg",
            "actor/0001_2124494179.jpg",
            "C:\\ImageData\\actor\\0001_2124494179.jpg",
            "C:\\ImageData\\Flickr\\actor\\0001_2124494179.jpg",
            "/data/NUS-WIDE/Flickr/actor/0001_2124494179.jpg",
            "./Flickr//actor/0001_2124494179.jpg",
        ):
            with self.subTest(name):
                self.assertEqual(plain_name(name), "actor/0001_2124494179.jpg")

    def test_other_folders_stay(self):
        self.assertEqual(plain_name("nus/a.jpg"), "nus/a.jpg")
        self.assertEqual(plain_name("images/a.jpg"), "a.jpg")
        self.assertEqual(plain_name("a.jpg"), "a.jpg")


class PlainNamesTest(unittest.TestCase):
    def test_the_prefix_of_a_copy_does_not_matter(self):
        for prefix in (
            "",
            "images/",
            "nus/",
            "../data/nus-wide/jpg/",
            "D:\\x\\",
        ):
            with self.subTest(prefix):
                names = [f"{prefix}0001_55555.jpg", f"{prefix}0002_66666.jpg"]
                self.assertEqual(
                    plain_names(names), ["0001_55555.jpg", "0002_66666.jpg"]
                )

    def test_folders_that_differ_stay(self):
        names = ["nus/actor/1.jpg", "nus/zebra/1.jpg"]
        self.assertEqual(plain_names(names), ["actor/1.jpg", "zebra/1.jpg"])
        self.assertEqual(
            plain_names(["nus/a/1.jpg", "2.jpg"])[0], "nus/a/1.jpg"
        )
        self.assertEqual(plain_names([]), [])


class LocateTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def find(self, files: list[str], *names: str) -> list[str | None]:
        for name in files:
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"")
        self.found = locate(self.root, names)
        return self.found.paths

    def test_in_category_folders(self):
        files = ["Flickr/actor/1.jpg", "Flickr/zebra/1.jpg"]
        found = self.find(files, "zebra/1.jpg", "actor/1.jpg", "actor/2.jpg")
        self.assertEqual(found, [files[1], files[0], None])

    def test_in_one_folder_of_any_name(self):
        files = ["pictures/0001_2124494179.jpg"]
        found = self.find(files, "actor/0001_2124494179.jpg")
        self.assertEqual(found, files)

    def test_upper_and_lower_case(self):
        files = ["flickr/Actor/1.JPG"]
        self.assertEqual(self.find(files, "actor/1.jpg"), files)

    def test_another_category_is_not_taken(self):
        files = ["Flickr/zebra/1.jpg"]
        found = self.find(files, "actor/1.jpg", "zebra/2.jpg")
        self.assertEqual(found, [None, None])

    def test_copies_side_by_side(self):
        small, large = "a/Flickr_small/actor/1.jpg", "a/Flickr/actor/1.jpg"
        found = self.find([small, large], "actor/1.jpg")
        self.assertEqual(found, [large])
        self.assertEqual(self.found.folders, ["a/Flickr", "a/Flickr_small"])

    def test_of_other_copies_the_larger_files_are_taken(self):
        files = ["medium/1_55555.jpg", "large/1_55555.jpg", "small/55555.jpg"]
        self.find(files)
        (self.root / files[1]).write_bytes(b"large")
        (self.root / files[0]).write_bytes(b"med")
        self.assertEqual(self.find([], "1_55555.jpg"), [files[1]])
        self.assertEqual(self.found.folders, ["large", "medium"])

    def test_one_copy_is_not_ambiguous(self):
        self.find(["Flickr/actor/1.jpg", "Flickr/zebra/1.jpg"], "actor/1.jpg")
        self.assertEqual(self.found.folders, [])

    def test_a_file_that_two_rows_want_is_not_found(self):
        found = self.find(["all/1.jpg"], "actor/1.jpg", "zebra/1.jpg")
        self.assertEqual(found, [None, None])

    def test_the_photo_number_of_flat_copies(self):
        files = ["images/27863_2124494179_90ee058136_m.jpg"]
        name = "actor/0001_2124494179.jpg"
        self.assertEqual(
            self.find(files, name, "actor/0002_7.jpg")[0], files[0]
        )
        # The same photograph under two names.
        files.append("images/27864_2124494179_90ee058136_m.jpg")
        self.assertEqual(self.find(files, name), files[:1])

    def test_files_named_by_photo_number_alone(self):
        files = ["images/2124494179.jpg"]
        self.assertEqual(self.find(files, "actor/0001_2124494179.jpg"), files)

    def test_a_photograph_listed_under_two_names(self):
        files = ["images/2124494179.jpg"]
        names = ["actor/0001_2124494179.jpg", "zebra/0002_2124494179.jpg"]
        self.assertEqual(self.find(files, *names), files * 2)
        self.assertEqual(self.found.same, {1: 0})

    def test_links_are_followed_once(self):
        (self.root / "real").mkdir()
        (self.root / "real" / "1.jpg").write_bytes(b"")
        (self.root / "Flickr").symlink_to(self.root / "real")
        (self.root / "real" / "loop").symlink_to(self.root)
        (found,) = self.find([], "1.jpg")
        self.assertTrue((self.root / found).is_file())


if __name__ == "__main__":
    unittest.main()
