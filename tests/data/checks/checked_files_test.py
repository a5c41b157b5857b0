import unittest
from unittest import mock

from tests.data import toy
from tests.data.checks.cache_case import CacheCase
from tf_dnnh.data.checks import checked_files
from tf_dnnh.data.checks.checked_files import checked


class CheckedTest(CacheCase):
    module = checked_files

    def setUp(self):
        super().setUp()
        self.paths = [f"{i}.png" for i in range(5)]
        for i, path in enumerate(self.paths):
            toy.write(self.root / path, toy.png(seed=i) if i != 2 else b"x")

    def decoded(self) -> tuple[dict[int, str], list[str]]:
        """Checks again; returns the failures and the files it decoded."""
        real = checked_files.unreadable
        with mock.patch.object(checked_files, "unreadable") as spy:
            spy.side_effect = real
            failed = checked(self.root, self.paths)
        paths = spy.call_args.args[0] if spy.called else []
        return failed, [path.name for path in paths]

    def test_only_what_is_new_is_decoded_again(self):
        failed, names = self.decoded()
        self.assertEqual((list(failed), names), ([2], self.paths))
        self.assertEqual(self.decoded(), (failed, ["2.png"]))
        toy.write(self.root / "4.png", toy.png(20, 30))
        self.assertEqual(self.decoded()[1], ["2.png", "4.png"])
        toy.write(self.root / "2.png", toy.png())
        self.assertEqual(self.decoded(), ({}, ["2.png"]))
        self.assertEqual(self.decoded(), ({}, []))

    def test_few_files_leave_nothing_behind(self):
        self.assertEqual(list(checked(self.root, self.paths[:3])), [2])
        self.assertFalse(self.cache.exists())

    def test_a_damaged_memory_is_written_anew(self):
        self.decoded()
        (memory,) = (self.cache / "tf_dnnh").iterdir()
        memory.write_bytes(b"x")
        self.assertEqual(len(self.decoded()[1]), 5)
        self.assertEqual(len(self.decoded()[1]), 1)

    def test_a_memory_that_cannot_be_written_is_a_warning(self):
        self.cache.write_bytes(b"")
        with mock.patch("sys.stderr") as errors:
            failed, _ = self.decoded()
        self.assertEqual(list(failed), [2])
        text = "".join(call.args[0] for call in errors.write.call_args_list)
        self.assertIn("warning: could not write", text)


if __name__ == "__main__":
    unittest.main()
