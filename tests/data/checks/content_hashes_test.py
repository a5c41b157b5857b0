import hashlib
import unittest
from unittest import mock

import numpy as np

from tests.data import toy
from tests.data.checks.cache_case import CacheCase
from tf_dnnh.data import FileSource, ImageDataset
from tf_dnnh.data.checks import content_hashes as module
from tf_dnnh.data.checks.content_hashes import content_hashes


class ContentHashesTest(CacheCase):
    module = module

    def setUp(self):
        super().setUp()
        self.paths = [f"{i}.png" for i in range(6)]
        for i, path in enumerate(self.paths):
            toy.write(self.root / path, bytes([i % 4]))

    def hashes(self, paths: list[str]) -> tuple[list[str], list[str]]:
        """Returns the hashes, and the files that were read for them."""
        dataset = ImageDataset(
            "toy",
            np.arange(len(paths)) % 2,
            np.array(paths),
            ["a", "b"],
            FileSource(self.root, paths),
        )
        real = module._digest
        with mock.patch.object(module, "_digest", side_effect=real) as spy:
            found = content_hashes(dataset).tolist()
        return found, sorted(call.args[0].name for call in spy.call_args_list)

    def wanted(self, paths: list[str]) -> list[str]:
        return [
            hashlib.sha256((self.root / path).read_bytes()).hexdigest()
            for path in paths
        ]

    def test_only_new_and_changed_files_are_read_again(self):
        first = self.paths[:5]
        self.assertEqual(self.hashes(first), (self.wanted(first), first))
        self.assertEqual(self.hashes(first), (self.wanted(first), []))
        toy.write(self.root / "1.png", b"other")
        shuffled = self.paths[::-1]
        self.assertEqual(
            self.hashes(shuffled),
            (self.wanted(shuffled), ["1.png", "5.png"]),
        )
        self.assertEqual(self.hashes(first), (self.wanted(first), []))

    def test_few_files_leave_nothing_behind(self):
        few = self.paths[:3]
        self.assertEqual(self.hashes(few), (self.wanted(few), few))
        self.assertFalse(self.cache.exists())

    def test_a_damaged_memory_is_written_anew(self):
        self.hashes(self.paths)
        (memory,) = (self.cache / "tf_dnnh").iterdir()
        for damage in (b"x", memory.read_bytes()[:-7]):
            memory.write_bytes(damage)
            found, read = self.hashes(self.paths)
            self.assertEqual(found, self.wanted(self.paths))
            self.assertEqual(read, self.paths)


if __name__ == "__main__":
    unittest.main()
