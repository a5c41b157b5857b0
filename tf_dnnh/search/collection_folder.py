"""The folder of an index on disk.

| file | content |
|---|---|
| `collection.json` | format, model, fingerprint, bits, kind, calibration |
| `pictures.sqlite` | the pictures: path, label, size, time, codes |
| `index/` | the `HammingIndex`, made from the pictures |
| `thumbnails/` | a cache |
| `unreadable.csv` | pictures that the last build could not read |
| `.lock` | held by the process that changes the folder |

The pictures are the truth. If a process dies after it changed them and before
it wrote the index, the index is made again from the pictures.
"""

import functools
import json
from pathlib import Path
from typing import Any

import numpy as np

from tf_dnnh import files
from tf_dnnh.locking import LOCK_FILE
from tf_dnnh.search.collection import Collection
from tf_dnnh.search.index import HammingIndex
from tf_dnnh.search.pending_update import Changes
from tf_dnnh.search.search_error import SearchError
from tf_dnnh.search.store import Store
from tf_dnnh.search.thumbnails import sweep_thumbnails

FORMAT = 1
SETTINGS = "collection.json"
PICTURES = "pictures.sqlite"
UNREADABLE = "unreadable.csv"
_KEYS = {"format", "bits", "fingerprint", "kind", "model", "calibration"}


class CollectionFolder:
    """Reads and changes the folder of an index.

    Args:
        path: the folder.

    Attributes:
        settings: content of `collection.json`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.settings = _read_settings(path)

    def __enter__(self) -> "CollectionFolder":
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()

    @functools.cached_property
    def store(self) -> Store:
        """The pictures."""
        return Store(self.path / PICTURES, self.settings["bits"])

    def update_settings(self, **changes: Any) -> None:
        """Writes `collection.json` again."""
        # Another process may have changed others meanwhile.
        self.settings = _read_settings(self.path) | changes
        files.write_json(self.path / SETTINGS, self.settings)

    def collection(self, model: Path | None = None) -> Collection:
        """Opens the folder for searching."""
        from tf_dnnh.search.model_files import open_encoder

        settings = dict(self.settings, images=str(self.store.images))
        if model is not None:
            settings["model"] = str(model)
        return Collection(
            self.path.resolve().name,
            self.store,
            self.load_index(),
            functools.partial(open_encoder, Path(settings["model"])),
            settings,
            self.path / "thumbnails",
        )

    def load_index(self) -> HammingIndex:
        """Returns the index, made again if it is not of these pictures."""
        generation = self.store.fact("generation")
        # There is none on disk before the first build is complete.
        if not generation or self.store.fact("indexed") != generation:
            return self._rebuilt()
        return HammingIndex.load(
            self.path / "index", fingerprint=self.settings["fingerprint"]
        )

    def write_index(self, changes: Changes, rebuild: bool = False) -> None:
        """Writes the index of the present pictures; needs the lock.

        Args:
            changes: what changed since it was written.
            rebuild: whether to make it from scratch, which drops what removed
                codes leave behind in some kinds.
        """
        store = self.store
        generation = store.fact("generation")
        # Whether what is on disk is the state just before the changes.
        known = changes.any and store.fact("indexed") == generation - 1
        if rebuild or not known:
            index = self._rebuilt()
        else:
            index = self._updated(changes)
        index.save(self.path / "index")
        store.set_fact("indexed", generation)
        ids = np.union1d(changes.coded, changes.dropped)
        sweep_thumbnails(self.path / "thumbnails", ids.tolist())

    def _rebuilt(self) -> HammingIndex:
        index = HammingIndex(
            self.settings["bits"],
            self.settings["kind"],
            fingerprint=self.settings["fingerprint"],
        )
        for ids, codes in self.store.codes():
            index.add(codes, ids)
        return index

    def _updated(self, changes: Changes) -> HammingIndex:
        index = HammingIndex.load(self.path / "index")
        if len(changes.dropped):
            index.remove(changes.dropped)
        pictures = self.store.pictures(changes.coded.tolist())
        if pictures:
            codes = np.stack([picture.code for picture in pictures])
            index.add(codes, changes.coded, replace=True)
        return index


def open_collection(path: Path, model: Path | None = None) -> Collection:
    """Opens an index folder for searching, see `Collection.open`."""
    return CollectionFolder(path).collection(model)


def check_output(path: Path) -> None:
    """Refuses a folder that holds something else than an index."""
    if path.exists() and not path.is_dir():
        raise SearchError(f"{path} is a file: give a folder with --index.")
    if (path / SETTINGS).is_file() or not path.exists():
        return
    # What a first build leaves that dies at once.
    started = (LOCK_FILE, PICTURES, ".collection.")
    others = [p for p in path.iterdir() if not p.name.startswith(started)]
    if others:
        raise SearchError(
            f"{path} holds something else than an index, such as "
            f"{min(others).name}: give another folder with --index."
        )


def create_folder(
    path: Path, *, bits: int, fingerprint: str, kind: str, model: Path
) -> CollectionFolder:
    """Creates an index folder without pictures; needs the lock."""
    settings = {
        "format": FORMAT,
        "bits": bits,
        "fingerprint": fingerprint,
        "kind": kind,
        "model": str(model),
        "calibration": None,
    }
    # The settings come last: without them there is no index.
    Store(path / PICTURES, bits, create=True).close()
    files.write_json(path / SETTINGS, settings)
    return CollectionFolder(path)


def _read_settings(path: Path) -> dict[str, Any]:
    file = path / SETTINGS
    try:
        settings = json.loads(file.read_text(encoding="utf-8"))
        newer = settings["format"] > FORMAT
    except FileNotFoundError as error:
        raise SearchError(
            f"There is no index in {path}: make one with `python -m "
            f"tf_dnnh.search build --index={path} --model=MODEL "
            "--images=DIR_OR_CSV`."
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(file, str(error)) from error
    if newer:
        raise SearchError(
            f"{path} was made by a newer version of tf_dnnh: update tf_dnnh, "
            "or build the index again in another folder."
        )
    if missing := sorted(_KEYS - settings.keys()):
        raise _damaged(file, f"it lacks {', '.join(missing)}")
    return settings


def _damaged(file: Path, reason: str) -> SearchError:
    return SearchError(
        f"{file} cannot be read ({reason}): restore it, or delete the folder "
        "and build the index again."
    )
