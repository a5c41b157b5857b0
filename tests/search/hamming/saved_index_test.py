"""Tests of the folder of a saved index: what it keeps, and what is refused."""

import json
import pathlib
import tempfile
import unittest

import numpy as np

from tests.search.hamming.tied_codes import string_ids, tied_codes
from tf_dnnh.search import HammingIndex, LinearIndex, SearchError
from tf_dnnh.search.hamming import saved_index


class SavedIndexTest(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.path = pathlib.Path(temporary.name) / "index"
        self.codes = tied_codes(np.random.default_rng(0), 300, 48)

    def saved(self, kind: str = "flat", fingerprint: str = "") -> HammingIndex:
        """Returns an index that has been saved."""
        index = HammingIndex(48, kind, fingerprint=fingerprint)
        index.add(self.codes)
        index.save(self.path)
        return index

    def data_files(self) -> list[pathlib.Path]:
        """Returns the data files of the saved index."""
        return sorted(self.path.glob("*.npy"))

    def check_refused(self, message: str, **options: str) -> None:
        with self.assertRaisesRegex(SearchError, message) as caught:
            HammingIndex.load(self.path, **options)
        self.assertNotIn("\n", str(caught.exception))

    def test_a_loaded_index_answers_alike(self):
        for kind in ("flat", "hash", "hnsw", "ivf", "auto"):
            index = HammingIndex(48, kind, radius=1, fingerprint="abc")
            index.add(self.codes, string_ids(np.arange(300)))
            index.remove(string_ids(np.arange(0, 300, 7)))
            with self.subTest(kind=kind):
                index.save(self.path)
                loaded = HammingIndex.load(self.path, fingerprint="abc")
                self.assertEqual(
                    (loaded.bits, loaded.kind, loaded.radius, len(loaded)),
                    (48, kind, 1, 257),
                )
                for method, number in (("search", 9), ("range_search", 1)):
                    for ours, theirs in zip(
                        getattr(loaded, method)(self.codes, number),
                        getattr(index, method)(self.codes, number),
                        strict=True,
                    ):
                        np.testing.assert_array_equal(ours, theirs)

    def test_a_loaded_index_can_change(self):
        self.saved()
        loaded = HammingIndex.load(self.path)
        loaded.remove([0, 1])
        loaded.add(self.codes[:1], [1])
        loaded.save(self.path)
        again = HammingIndex.load(self.path)
        self.assertEqual(again.ids.tolist(), list(range(1, 300)))
        np.testing.assert_array_equal(again.codes_of([1]), self.codes[:1])

    def test_an_empty_index(self):
        for kind in ("flat", "hash", "hnsw", "ivf", "auto"):
            HammingIndex(48, kind).save(self.path)
            loaded = HammingIndex.load(self.path)
            self.assertEqual(len(loaded), 0)
            distances, ids = loaded.search(self.codes[:2], 3)
            self.assertEqual(ids.tolist(), [[-1] * 3] * 2)
            self.assertEqual(distances.tolist(), [[2**31 - 1] * 3] * 2)
            limits, _, _ = loaded.range_search(self.codes[:2], 2)
            self.assertEqual(limits.tolist(), [0, 0, 0])

    def test_data_are_mapped_into_memory(self):
        self.saved()
        self.assertIsInstance(HammingIndex.load(self.path).ids.base, np.memmap)

    def test_a_linear_index_is_saved_alike(self):
        linear = LinearIndex(48, fingerprint="abc")
        linear.add(self.codes)
        linear.save(self.path)
        for loaded in (
            HammingIndex.load(self.path),
            LinearIndex.load(self.path, fingerprint="abc"),
        ):
            np.testing.assert_array_equal(
                loaded.codes_of(loaded.ids), self.codes
            )

    def test_an_unchanged_index_writes_no_data_again(self):
        index = self.saved()
        before = {file: file.stat().st_ino for file in self.data_files()}
        index.save(self.path)
        after = {file: file.stat().st_ino for file in self.data_files()}
        self.assertEqual(after, before)

    def test_files_left_over_are_swept_but_no_others(self):
        index = self.saved()
        (self.path / "notes.npy").touch()
        (self.path / "codes-0123456789abcdef.npy").touch()
        (self.path / ".ids-0123456789abcdef.77.npy").touch()
        (self.path / ".header.77.json").touch()
        index.add(self.codes[:1])
        index.save(self.path)
        entries = json.loads((self.path / "header.json").read_text())["files"]
        self.assertEqual(
            {file.name for file in self.path.iterdir()},
            {entry["name"] for entry in entries.values()}
            | {"header.json", "notes.npy"},
        )

    def test_a_reader_keeps_what_it_opened(self):
        self.saved()
        loaded = HammingIndex.load(self.path)
        other = HammingIndex(48)
        other.add(self.codes[:5])
        other.save(self.path)
        self.assertEqual(len(loaded.search(self.codes[:1], 300)[1][0]), 300)
        np.testing.assert_array_equal(loaded.codes_of(loaded.ids), self.codes)

    def test_a_reader_that_is_overtaken_opens_the_new_index(self):
        self.saved()
        old, _ = saved_index.load(self.path, check=True)
        other = HammingIndex(48)
        other.add(self.codes[:5])
        other.save(self.path)
        read_header = saved_index._read_header
        headers = iter([old])
        saved_index._read_header = lambda path: (
            next(headers, None) or read_header(path)
        )
        try:
            self.assertEqual(len(HammingIndex.load(self.path)), 5)
        finally:
            saved_index._read_header = read_header

    def test_every_damage_names_its_file(self):
        index = self.saved("hnsw")
        for file in self.data_files():
            contents = file.read_bytes()
            altered = bytearray(contents)
            altered[-1] ^= 1
            altered_header = bytearray(contents)
            altered_header[12] ^= 1
            for damaged in (
                contents[:-1],
                contents[:20],
                b"",
                contents + b"x",
                altered,
                altered_header,
            ):
                file.write_bytes(damaged)
                with self.subTest(file=file.name):
                    self.check_refused(f"damaged: {file.name} .* again.$")
            file.unlink()
            with self.subTest(file=file.name):
                self.check_refused(f"damaged: {file.name} is missing")
            # Saving repairs the folder.
            file.write_bytes(altered)
            index.save(self.path)
            self.assertEqual(len(HammingIndex.load(self.path)), 300)

    def test_without_a_check_sizes_are_compared(self):
        self.saved()
        file = self.data_files()[0]
        file.write_bytes(file.read_bytes()[:-1])
        with self.assertRaisesRegex(SearchError, file.name):
            HammingIndex.load(self.path, check=False)

    def test_damaged_headers(self):
        self.saved()
        header = self.path / "header.json"
        text = header.read_text()
        for damaged in (
            "",
            text[: len(text) // 2],
            text.replace('"bits": 48', '"bits": 40'),
            "[]",
            "{}",
            "\xff",
        ):
            header.write_bytes(damaged.encode("latin-1"))
            with self.subTest(text=damaged[:20]):
                self.check_refused("damaged: header.json")

    def test_a_newer_version(self):
        self.saved()
        header = self.path / "header.json"
        values = json.loads(header.read_text())
        header.write_text(json.dumps({**values, "version": 2}))
        self.check_refused("has format 2, .* reads 1: install a newer")

    def test_another_model(self):
        self.saved(fingerprint="abc")
        self.check_refused("another model .*abc, not xyz", fingerprint="xyz")
        HammingIndex.load(self.path, fingerprint="abc")

    def test_no_index(self):
        self.check_refused("There is no index in .*index: header.json")
        self.path.mkdir()
        self.check_refused("There is no index in .*index: header.json")
        self.path.rmdir()
        self.path.write_text("a file")
        self.check_refused("There is no index in")


if __name__ == "__main__":
    unittest.main()
