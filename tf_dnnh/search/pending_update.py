"""A change of an index folder's pictures that happens as a whole or not."""

import dataclasses
import itertools
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tf_dnnh.search.store import Store

_ROWS = 10_000


class FoundPicture(NamedTuple):
    """A file that should be in the index, and its state when it was found.

    Attributes:
        path: from the folder of images, or absolute.
        label: its labels, joined by `;`, or None.
        size: in bytes.
        mtime_ns: time of the last change, nanoseconds since 1970.
    """

    path: str
    label: str | None
    size: int
    mtime_ns: int


class CodedPicture(NamedTuple):
    """The codes of a file in a certain state; `relaxed` is uint8 [bits]."""

    found: FoundPicture
    code: np.ndarray
    relaxed: np.ndarray


@dataclasses.dataclass
class Changes:
    """What an update changed.

    Attributes:
        new: number of new pictures.
        changed: number of pictures whose file or label changed.
        gone: number of pictures dropped.
        coded: ids of the pictures with a new code, int64 [n].
        dropped: ids of the pictures dropped, int64 [n].
    """

    new: int
    changed: int
    gone: int
    coded: np.ndarray
    dropped: np.ndarray

    @property
    def any(self) -> bool:
        """Whether anything changed."""
        return bool(self.new or self.changed or self.gone)


class PendingUpdate:
    """Lists the pictures that should be there, encodes, and then switches.

    Codes are staged batch by batch. Until `commit`, which is one transaction,
    the pictures are the old ones; an update that was interrupted finds its
    staged codes again.

    Args:
        store: the pictures.
        images: folder that the paths of `found` start from.
        found: the files.
    """

    def __init__(
        self, store: Store, images: Path, found: Iterable[FoundPicture]
    ) -> None:
        self._store = store
        self._db = store.connection
        self._images = images
        self._db.execute("DROP TABLE IF EXISTS temp.found")
        self._db.execute(
            "CREATE TEMP TABLE found (path BLOB PRIMARY KEY, label TEXT, "
            "size INTEGER, mtime_ns INTEGER) WITHOUT ROWID"
        )
        rows = ((os.fsencode(f.path), *f[1:]) for f in found)
        while some := list(itertools.islice(rows, _ROWS)):
            self._db.execute("BEGIN")
            self._db.executemany(
                "INSERT OR REPLACE INTO found VALUES (?, ?, ?, ?)", some
            )
            self._db.execute("COMMIT")

    def count(self) -> int:
        """Counts the files that have no code yet."""
        return self._db.execute(f"SELECT count(*) {_UNCODED}").fetchone()[0]

    def uncoded(self, batch_size: int) -> Iterator[list[FoundPicture]]:
        """Yields batches of the files that have no code yet, in order."""
        last = b""
        while rows := self._db.execute(
            f"SELECT f.path, f.label, f.size, f.mtime_ns {_UNCODED} "
            "AND f.path > ? ORDER BY f.path LIMIT ?",
            [last, batch_size],
        ).fetchall():
            last = rows[-1][0]
            yield [FoundPicture(os.fsdecode(r[0]), *r[1:]) for r in rows]

    def stage(self, pictures: Iterable[CodedPicture]) -> None:
        """Keeps codes for this update, or for the one that resumes it."""
        self._db.execute("BEGIN")
        self._db.executemany(
            "INSERT OR REPLACE INTO staged VALUES (?, ?, ?, ?, ?)",
            (
                (
                    os.fsencode(p.found.path),
                    p.found.size,
                    p.found.mtime_ns,
                    p.code.tobytes(),
                    p.relaxed.tobytes(),
                )
                for p in pictures
            ),
        )
        self._db.execute("COMMIT")

    def commit(self, *, complete: bool) -> Changes:
        """Switches to the new pictures.

        Args:
            complete: whether the files found are all there should be: others
                are dropped, unless they were added by themselves and still
                exist.
        """
        self._db.execute("BEGIN IMMEDIATE")
        try:
            changes = self._apply(complete)
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("DROP TABLE temp.found")
        return changes

    def _apply(self, complete: bool) -> Changes:
        dropped = self._ids(_UNREADABLE)
        if complete:
            dropped = np.union1d(dropped, self._unlisted())
        self._delete(dropped)
        coded = "path IN (SELECT path FROM ready)"
        self._db.execute(f"CREATE TEMP VIEW ready AS {_READY}")
        before = len(self._ids(coded))
        added = int(not complete)
        self._db.execute(_UPSERT, [added])
        ids = self._ids(coded)
        relabelled = self._relabel(added)
        self._db.execute(
            "DELETE FROM staged"
            if complete
            else "DELETE FROM staged WHERE path IN (SELECT path FROM found)"
        )
        self._db.execute("DROP VIEW ready")
        if complete:
            self._store.images = self._images
            self._store.set_fact("images", os.fsencode(self._images))
        changes = Changes(
            len(ids) - before, before + relabelled, len(dropped), ids, dropped
        )
        if changes.any:
            self._db.execute(_NEXT_GENERATION)
        return changes

    def _unlisted(self) -> np.ndarray:
        """Returns the ids of pictures that are not among the files found."""
        missing = "path NOT IN (SELECT path FROM found)"
        rows = self._db.execute(
            f"SELECT id, path FROM pictures WHERE added AND {missing}"
        )
        gone = [
            id_
            for id_, path in rows
            if not (self._images / os.fsdecode(path)).is_file()
        ]
        return np.union1d(self._ids(f"NOT added AND {missing}"), gone)

    def _relabel(self, added: int) -> int:
        changed = self._db.execute(
            "UPDATE pictures SET label = f.label FROM found f "
            "WHERE f.path = pictures.path AND f.label IS NOT pictures.label"
        ).rowcount
        if not added:
            # The build that finds a picture is from then on its owner.
            self._db.execute(
                "UPDATE pictures SET added = 0 "
                "WHERE added AND path IN (SELECT path FROM found)"
            )
        return changed

    def _ids(self, condition: str) -> np.ndarray:
        rows = self._db.execute(f"SELECT id FROM pictures WHERE {condition}")
        return np.array([id_ for (id_,) in rows], np.int64)

    def _delete(self, ids: np.ndarray) -> None:
        self._db.executemany(
            "DELETE FROM pictures WHERE id = ?",
            ((id_,) for id_ in ids.tolist()),
        )


def remove_pictures(store: Store, ids: np.ndarray) -> Changes:
    """Removes pictures, int64 [n] of known ids, in one transaction."""
    db = store.connection
    db.execute("BEGIN IMMEDIATE")
    try:
        db.executemany(
            "DELETE FROM pictures WHERE id = ?", ((i,) for i in ids.tolist())
        )
        db.execute(_NEXT_GENERATION)
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    return Changes(0, 0, len(ids), ids[:0], ids)


_NEXT_GENERATION = (
    "UPDATE facts SET value = value + 1 WHERE name = 'generation'"
)
_SAME_STATE = "path = f.path AND size = f.size AND mtime_ns = f.mtime_ns"
_UNCODED = f"""
    FROM found f
    WHERE NOT EXISTS (SELECT 1 FROM pictures WHERE {_SAME_STATE})
    AND NOT EXISTS (SELECT 1 FROM staged WHERE {_SAME_STATE})
"""
_READY = """
    SELECT s.path, f.label, s.size, s.mtime_ns, s.code, s.relaxed
    FROM main.staged s JOIN temp.found f ON f.path = s.path
    AND f.size = s.size AND f.mtime_ns = s.mtime_ns
"""
# Found in another state than their code is of, which is not staged either.
_UNREADABLE = f"""
    id IN (
        SELECT p.id FROM found f JOIN pictures p ON p.path = f.path
        WHERE (p.size != f.size OR p.mtime_ns != f.mtime_ns)
        AND NOT EXISTS (SELECT 1 FROM staged WHERE {_SAME_STATE})
    )
"""
_UPSERT = """
    INSERT INTO pictures (path, label, size, mtime_ns, code, relaxed, added)
    SELECT path, label, size, mtime_ns, code, relaxed, ? FROM ready WHERE true
    ORDER BY path
    ON CONFLICT (path) DO UPDATE SET
        label = excluded.label, size = excluded.size,
        mtime_ns = excluded.mtime_ns, code = excluded.code,
        relaxed = excluded.relaxed
"""
