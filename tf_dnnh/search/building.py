"""Builds an index folder, and adds and removes pictures."""

import dataclasses
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from tf_dnnh import files
from tf_dnnh.data.files_below import files_below
from tf_dnnh.data.image_folder import SUFFIXES
from tf_dnnh.locking import locked
from tf_dnnh.search import model_files
from tf_dnnh.search.collection_folder import (
    SETTINGS,
    UNREADABLE,
    CollectionFolder,
    check_output,
    create_folder,
)
from tf_dnnh.search.encoder import Encoder
from tf_dnnh.search.file_encoding import encode_files
from tf_dnnh.search.pending_update import (
    Changes,
    PendingUpdate,
    remove_pictures,
)
from tf_dnnh.search.picture import text_of
from tf_dnnh.search.picture_files import (
    Problems,
    find_pictures,
    found_file,
)
from tf_dnnh.search.search_error import SearchError
from tf_dnnh.stopping import StopRequests


@dataclasses.dataclass(frozen=True)
class BuildReport:
    """What a command did to an index.

    Attributes:
        pictures: number of pictures in the index now.
        new: number of new ones.
        changed: number of those whose file or label changed.
        gone: number of those dropped.
        unreadable: number of files left out.
    """

    pictures: int
    new: int
    changed: int
    gone: int
    unreadable: int

    def sentence(self, path: Path) -> str:
        """Says it in words about the index in `path`."""
        text = (
            f"{self.pictures:,} pictures in {path}: {self.new:,} new, "
            f"{self.changed:,} changed, {self.gone:,} gone"
        )
        if self.unreadable:
            text += f"; {self.unreadable:,} unreadable"
        return text


def build_index(
    model: Path,
    images: Path,
    path: Path,
    kind: str | None = None,
    stop: StopRequests | None = None,
) -> BuildReport:
    """Encodes pictures and indexes them; again: only what is new or changed.

    Whenever the process dies, the folder opens as before or as afterwards,
    and a second call does not encode the same pictures again.

    Args:
        model: a run folder, SavedModel or `.tflite` file, see `open_encoder`.
        images: folder or CSV file, see `find_pictures`.
        path: folder of the index; created if absent.
        kind: of the index, see `HammingIndex`. Default: as before, or `auto`.
        stop: signals that end the work after a batch.

    Raises:
        SearchError: if there are no pictures, the index is of another model,
            the folder holds something else, or another process changes it.
    """
    stop = stop or StopRequests()
    check_output(path)
    listing = find_pictures(images)
    encoder = model_files.open_encoder(model)
    path.mkdir(parents=True, exist_ok=True)
    with locked(path), _opened(path, encoder, model) as folder:
        update = PendingUpdate(folder.store, listing.folder, listing.found)
        problems = listing.problems
        with stop.deferred():
            encode_files(update, encoder, listing.folder, problems, stop)
        changes = update.commit(complete=True)
        before = folder.settings["kind"]
        kind = kind or before
        folder.update_settings(model=os.path.abspath(model), kind=kind)
        _finish(folder, changes, rebuild=changes.any or kind != before)
        _list_unreadable(path / UNREADABLE, problems)
        return _report(folder, changes, problems)


def add_pictures(
    path: Path,
    pictures: Sequence[Path],
    label: str | None = None,
    model: Path | None = None,
    stop: StopRequests | None = None,
) -> tuple[BuildReport, Problems]:
    """Adds pictures to an index, or encodes them again if they changed.

    Args:
        path: folder of the index.
        pictures: files, and folders of files.
        label: their label; several are joined by `;`.
        model: the model, if it is no longer where it was.
        stop: signals that end the work after a batch.

    Returns:
        What changed, and the path and reason of every unreadable file.

    Raises:
        SearchError: if a path does not exist, or the index is of another
            model.
    """
    stop = stop or StopRequests()
    problems: Problems = []
    with CollectionFolder(path) as folder:
        collection, store = folder.collection(model), folder.store
        found = [
            found_file(file, os.fsdecode(store.key(file)), label)
            for file in _expanded(pictures)
        ]
        with locked(path):
            update = PendingUpdate(store, store.images, found)
            encoder = collection.encoder
            with stop.deferred():
                encode_files(update, encoder, store.images, problems, stop)
            changes = update.commit(complete=False)
            _finish(folder, changes)
            return _report(folder, changes, problems), problems


def remove_from_index(path: Path, pictures: Sequence[str]) -> BuildReport:
    """Removes pictures from an index; their files stay.

    Args:
        path: folder of the index.
        pictures: ids, or paths of files, which need not exist any more.

    Raises:
        SearchError: if one of them is not in the index.
    """
    with CollectionFolder(path) as folder, locked(path):
        ids = _ids_of(folder, pictures)
        changes = remove_pictures(folder.store, ids)
        _finish(folder, changes)
        return _report(folder, changes, [])


def _opened(path: Path, encoder: Encoder, model: Path) -> CollectionFolder:
    if not (path / SETTINGS).is_file():
        return create_folder(
            path,
            bits=encoder.bits,
            fingerprint=encoder.fingerprint,
            kind="auto",
            model=model.absolute(),
        )
    folder = CollectionFolder(path)
    if folder.settings["fingerprint"] != encoder.fingerprint:
        raise SearchError(
            f"{path} was made by another model, "
            f"{folder.settings['model']}, whose codes cannot be compared with "
            f"those of {model}: give another folder with --index."
        )
    return folder


def _finish(
    folder: CollectionFolder, changes: Changes, rebuild: bool = False
) -> None:
    store = folder.store
    stale = store.fact("indexed") != store.fact("generation")
    if rebuild or changes.any or stale:
        folder.write_index(changes, rebuild)


def _list_unreadable(path: Path, problems: Problems) -> None:
    if problems:
        rows = [(text_of(name), reason) for name, reason in problems]
        files.write_csv(path, ["path", "reason"], sorted(rows))
    else:
        path.unlink(missing_ok=True)


def _report(
    folder: CollectionFolder, changes: Changes, problems: Problems
) -> BuildReport:
    return BuildReport(
        len(folder.store),
        changes.new,
        changes.changed,
        changes.gone,
        len(problems),
    )


def _expanded(pictures: Iterable[Path]) -> Iterator[Path]:
    """Yields the files, and those in the folders."""
    for path in pictures:
        if path.is_dir():
            for name in files_below(path, path):
                if name.lower().endswith(SUFFIXES):
                    yield path / name
        else:
            yield path


def _ids_of(folder: CollectionFolder, pictures: Sequence[str]) -> np.ndarray:
    store = folder.store
    numbers = [int(text) for text in pictures if text.isdecimal()]
    known = {picture.id for picture in store.pictures(numbers)}
    keys = {
        store.key(Path(text)): text
        for text in pictures
        if not (text.isdecimal() and int(text) in known)
    }
    ids = store.ids_of_paths(list(keys))
    if missing := [text for key, text in keys.items() if key not in ids]:
        raise SearchError(
            f"{len(missing)} of {len(pictures)} pictures are not in "
            f"{folder.path}, first {text_of(missing[0])}: give ids, as "
            "`query` shows them, or paths; nothing was removed."
        )
    return np.array(sorted(known | set(ids.values())), np.int64)
