"""Calibrates an index folder."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from tf_dnnh.locking import locked
from tf_dnnh.search.calibration import LabelledCodes, calibrate
from tf_dnnh.search.collection import Collection
from tf_dnnh.search.collection_folder import CollectionFolder
from tf_dnnh.search.picture_error import PictureError
from tf_dnnh.search.search_error import SearchError
from tf_dnnh.search.store import Store


def calibrate_index(
    path: Path,
    target: float,
    *,
    images: Path | None = None,
    model: Path | None = None,
    queries: int = 1000,
    seed: int = 0,
) -> dict[str, Any]:
    """Chooses the radius of an index and writes it there.

    Args:
        path: folder of the index.
        target: the precision wanted, in [0, 1].
        images: labelled pictures to search for, folder or CSV file; those in
            the index are left out. Default: the labelled ones in the index,
            none of which finds itself.
        model: the model, if it is no longer where it was.
        queries: the most pictures to search for, drawn at random.
        seed: seed of the draw.

    Returns:
        See `calibrate`.

    Raises:
        SearchError: if there are no labelled pictures, or no radius reaches
            the target.
    """
    with CollectionFolder(path) as folder:
        collection = folder.collection(model)
        database = _labelled(folder.store, collection)
        if images is None:
            rng = np.random.default_rng(seed)
            count = min(queries, len(database.codes))
            rows = rng.choice(len(database.codes), count, replace=False)
            asked = LabelledCodes(
                database.codes[rows], database.texts[rows], database.names
            )
        else:
            asked = _encoded(images, folder.store, collection, queries, seed)
        found = calibrate(
            asked, database, collection.bits, target, inside=images is None
        )
        with locked(path):
            folder.update_settings(calibration=found)
    return found


def _labelled(store: Store, collection: Collection) -> LabelledCodes:
    ids, numbers, names = store.label_numbers()
    ids, numbers = ids[numbers >= 0], numbers[numbers >= 0]
    if not len(ids):
        raise SearchError(
            f"No picture in {store.path.parent} has a label, and calibration "
            "needs them: build from a folder with one subfolder per label, or "
            "from a CSV file of path,label."
        )
    return LabelledCodes(collection.index.codes_of(ids), numbers, names)


def _encoded(
    images: Path, store: Store, collection: Collection, most: int, seed: int
) -> LabelledCodes:
    from tf_dnnh.search.picture_files import find_pictures

    listing = find_pictures(images)
    pairs = [
        (listing.folder / found.path, found.label)
        for found in listing.found
        if found.label
    ]
    known = store.ids_of_paths([store.key(path) for path, _ in pairs])
    others = [pair for pair in pairs if store.key(pair[0]) not in known]
    if not others:
        raise SearchError(
            f"{images} has no labelled pictures that are not in the index "
            "themselves: give others, or leave out --images."
        )
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(others))[:most].tolist()
    codes, labels = _encode(collection, [others[i] for i in chosen])
    names = sorted(set(labels))
    texts = np.array([names.index(label) for label in labels], np.int64)
    return LabelledCodes(codes, texts, names)


def _encode(
    collection: Collection, pictures: Iterable[tuple[Path, str]]
) -> tuple[np.ndarray, list[str]]:
    """Encodes pictures; those that do not decode are left out."""
    codes, labels = [], []
    for path, label in pictures:
        try:
            codes.append(collection.encode([path.read_bytes()]).codes)
        except (OSError, PictureError):
            continue
        labels.append(label)
    if not codes:
        raise SearchError("None of the pictures to search for decodes.")
    return np.concatenate(codes), labels
