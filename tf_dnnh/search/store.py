"""The pictures of an index folder, in SQLite."""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tf_dnnh.search.code_files import ListedPicture
from tf_dnnh.search.picture import Picture, labels_of, text_of
from tf_dnnh.search.search_error import SearchError

# Below the number of variables that every SQLite admits in a statement.
_MANY = 500
_ROWS = 50_000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pictures (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path BLOB NOT NULL UNIQUE,
    label TEXT,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    code BLOB NOT NULL,
    relaxed BLOB NOT NULL,
    added INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS pictures_by_label ON pictures (label);
CREATE TABLE IF NOT EXISTS staged (
    path BLOB PRIMARY KEY,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    code BLOB NOT NULL,
    relaxed BLOB NOT NULL
) WITHOUT ROWID;
INSERT OR IGNORE INTO facts VALUES
    ('generation', 0), ('indexed', 0), ('images', x'');
"""


class Store:
    """Reads the pictures of an index folder.

    Paths start from the folder of images, or are absolute; they are stored as
    bytes, since a file name need not be UTF-8. `staged` holds codes that a
    `build` has computed but not finished with, see `PendingUpdate`.

    Args:
        path: the file; created if absent and `create`.
        bits: length of a code.
        create: whether to create the tables.

    Attributes:
        connection: for `PendingUpdate`.
    """

    def __init__(self, path: Path, bits: int, create: bool = False) -> None:
        self.path = path
        self._bits = bits
        self._one_at_a_time = threading.Lock()
        # The ids of each label asked for, in a generation of the pictures.
        self._labelled: tuple[int, dict[str, np.ndarray]] = (-1, {})
        if not create and not path.is_file():
            raise SearchError(
                f"{path.parent} lacks {path.name}: build the index again."
            )
        self.connection = sqlite3.connect(
            path, timeout=60, isolation_level=None, check_same_thread=False
        )
        try:
            if create:
                self.connection.executescript(_SCHEMA)
            self.images = Path(os.fsdecode(self.fact("images")))
        except (sqlite3.DatabaseError, TypeError) as error:
            self.close()
            raise SearchError(
                f"{path} is damaged ({error}): restore it, or delete the "
                "folder and build the index again."
            ) from error

    def close(self) -> None:
        """Closes the file."""
        self.connection.close()

    def __len__(self) -> int:
        return self._rows("SELECT count(*) FROM pictures")[0][0]

    def fact(self, name: str) -> Any:
        """Returns `generation`, `indexed` or `images`.

        `generation` counts the changes of the pictures; `indexed` is the
        generation that the index on disk was made from.
        """
        return self._rows("SELECT value FROM facts WHERE name = ?", [name])[0][
            0
        ]

    def set_fact(self, name: str, value: Any) -> None:
        """Changes a fact."""
        self.connection.execute(
            "UPDATE facts SET value = ? WHERE name = ?", [value, name]
        )

    def key(self, path: Path) -> bytes:
        """Returns the stored form of a path."""
        absolute = Path(os.path.abspath(path))
        if absolute.is_relative_to(self.images):
            absolute = absolute.relative_to(self.images)
        return os.fsencode(absolute)

    def pictures(self, ids: Sequence[int]) -> list[Picture]:
        """Returns the pictures with these ids; those unknown are left out."""
        found = {
            row[0]: self._picture(*row)
            for row in self._rows_of(
                "id, path, label, size, mtime_ns, code", "id", ids
            )
        }
        return [found[id_] for id_ in ids if id_ in found]

    def read(self, picture: Picture) -> bytes:
        """Returns the contents of a picture's file."""
        assert picture.path is not None
        return picture.path.read_bytes()

    def relaxed(self, ids: Sequence[int]) -> np.ndarray:
        """Returns relaxed codes, uint8 [n, bits]."""
        found = dict(self._rows_of("id, relaxed", "id", ids))
        # A picture may have gone since the index was opened.
        middle = bytes([128]) * self._bits
        content = b"".join(found.get(id_, middle) for id_ in ids)
        return np.frombuffer(content, np.uint8).reshape(-1, self._bits)

    def label_counts(self) -> dict[str, int]:
        """Counts the pictures of every label."""
        counts: dict[str, int] = {}
        for text, count in self._texts():
            for label in labels_of(text):
                counts[label] = counts.get(label, 0) + count
        return counts

    def ids_labelled(self, label: str) -> np.ndarray:
        """Returns the ids of the pictures with a label, int64 [n], sorted."""
        generation = self.fact("generation")
        if self._labelled[0] != generation:
            self._labelled = generation, {}
        ids = self._labelled[1]
        if label not in ids:
            ids[label] = self._find_labelled(label)
        return ids[label]

    def _find_labelled(self, label: str) -> np.ndarray:
        texts = [t for t, _ in self._texts() if label in labels_of(t)]
        rows = self._rows_of("id", "label", texts)
        return np.sort(np.array([id_ for (id_,) in rows], np.int64))

    def ids_of_paths(self, keys: Sequence[bytes]) -> dict[bytes, int]:
        """Returns the ids of stored paths, without those unknown."""
        return dict(self._rows_of("path, id", "path", keys))

    def codes(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yields (ids, codes) of all pictures in parts, in the order of ids.

        Ids are int64 [n], codes packed uint8 [n, bytes].
        """
        for rows in self._parts("id, code"):
            ids, codes = zip(*rows, strict=True)
            content = np.frombuffer(b"".join(codes), np.uint8)
            yield np.array(ids, np.int64), content.reshape(len(ids), -1)

    def listed(self) -> Iterator[ListedPicture]:
        """Yields id, name, label and code of every picture."""
        for rows in self._parts("id, path, label, code"):
            for id_, path, label, code in rows:
                yield ListedPicture(id_, text_of(path), label, code)

    def label_numbers(self) -> tuple[np.ndarray, np.ndarray, list[str]]:
        """Returns the label of every picture.

        Returns:
            Ids, int64 [n], sorted; the number of each picture's label text,
            int64 [n], -1 without one; and the texts.
        """
        numbers: dict[str | None, int] = {None: -1}
        parts = [np.zeros((0, 2), np.int64)]
        for rows in self._parts("id, label"):
            numbered = [
                (id_, numbers.setdefault(label, len(numbers) - 1))
                for id_, label in rows
            ]
            parts.append(np.array(numbered, np.int64))
        ids, labels = np.concatenate(parts).T
        return ids, labels, [text for text in numbers if text is not None]

    def _parts(self, columns: str) -> Iterator[list[tuple]]:
        """Yields the rows of all pictures in parts; `id` comes first."""
        last = -1
        while rows := self._rows(
            f"SELECT {columns} FROM pictures WHERE id > ? ORDER BY id "
            f"LIMIT {_ROWS}",
            [last],
        ):
            last = rows[-1][0]
            yield rows

    def _texts(self) -> list[tuple[str, int]]:
        return self._rows(
            "SELECT label, count(*) FROM pictures WHERE label IS NOT NULL "
            "GROUP BY label"
        )

    def _rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple]:
        with self._one_at_a_time:
            return self.connection.execute(query, values).fetchall()

    def _rows_of(
        self, columns: str, column: str, values: Sequence[Any]
    ) -> list[tuple]:
        """Selects the rows whose `column` is among `values`."""
        rows = []
        for start in range(0, len(values), _MANY):
            some = values[start : start + _MANY]
            marks = ", ".join("?" * len(some))
            rows += self._rows(
                f"SELECT {columns} FROM pictures WHERE {column} IN ({marks})",
                some,
            )
        return rows

    def _picture(
        self,
        id_: int,
        path: bytes,
        label: str | None,
        size: int,
        mtime_ns: int,
        code: bytes,
    ) -> Picture:
        return Picture(
            id_,
            text_of(path),
            self.images / os.fsdecode(path),
            label,
            np.frombuffer(code, np.uint8),
            size,
            mtime_ns / 1e9,
        )
