"""Property: a damaged list is read completely or refused, never in part."""

import pathlib
import tempfile
import unittest

from hypothesis import given, settings
from hypothesis import strategies as st

from tf_dnnh.data import DataError
from tf_dnnh.data.nus_wide.list_files import list_files, read_list_files

CONCEPTS = ["cat", "dog", "sky"]
PARTS = ["train", "test", "database"]


def replaced(old: str, new: str):
    return lambda line: line.replace(old, new, 1)


# What happens to a line in an editor, a spreadsheet or a bad copy.
DAMAGES = {
    "space in the path": replaced("_", " "),
    "space before": lambda line: f" {line}",
    "tabs": replaced(" ", "\t"),
    "label 2": lambda line: f"{line[:-1]}2",
    "first label 2": lambda line: f"{line.split()[0]} 2 0 1",
    "label -1": lambda line: f"{line[:-1]}-1",
    "label 1.0": lambda line: f"{line}.0",
    "a label too few": lambda line: line[:-2],
    "a label too many": lambda line: f"{line} 1",
    "commas": lambda line: line.replace(" ", ","),
    "no labels": lambda line: line.split()[0],
    "no path": lambda line: line.split(" ", 1)[1],
    "half a line": lambda line: line[: len(line) // 2],
    "commented out": lambda line: f"# {line}",
    "blank before": lambda line: f"\n{line}",
    "comment before": lambda line: f"# cat dog sky\n{line}",
    "quoted": lambda line: f'"{line}"',
    "null": lambda line: f"{line}\0",
    "not UTF-8": lambda line: f"\udcff{line}",
    "byte order mark": lambda line: f"\ufeff{line}",
    "two lines in one": lambda line: f"{line} {line}",
    "carriage return": lambda line: f"{line}\r",
    "twice": lambda line: f"{line}\n{line}",
}
labels = st.lists(st.sampled_from("01"), min_size=3, max_size=3)
files = st.lists(labels, min_size=1, max_size=5)


class DamagedListTest(unittest.TestCase):
    @settings(max_examples=300, deadline=None, database=None, derandomize=True)
    @given(
        st.tuples(files, files, files),
        st.data(),
        st.sampled_from(sorted(DAMAGES)),
    )
    def test_all_rows_or_none(self, rows, data, damage):
        lines = [
            [f"images/{p}_{i}.jpg {' '.join(row)}" for i, row in enumerate(own)]
            for p, own in enumerate(rows)
        ]
        count = sum(map(len, lines))
        part = data.draw(st.integers(0, len(lines) - 1))
        at = data.draw(st.integers(0, len(lines[part]) - 1))
        lines[part][at] = DAMAGES[damage](lines[part][at])
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch)
            (folder / "concepts.txt").write_text("\n".join(CONCEPTS))
            for name, own in zip(PARTS, lines, strict=True):
                text = "".join(f"{line}\n" for line in own)
                path = folder / f"{name}.txt"
                path.write_bytes(text.encode("utf-8", "surrogateescape"))
            self.assertEqual(len(list_files(folder)), 3)
            try:
                listing = read_list_files(folder)
            except DataError as error:
                self.assertRegex(
                    str(error),
                    rf"{PARTS[part]}.txt(, line \d+| has no rows)|\d labels",
                )
                return
        repeated = listing.problems["repeated"]
        self.assertEqual(len(listing.names), count)
        self.assertEqual(len(repeated), damage == "twice")


if __name__ == "__main__":
    unittest.main()
