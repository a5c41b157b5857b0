"""Lists groups of pictures with nearly equal codes: a table and a page."""

import base64
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tf_dnnh import files
from tf_dnnh.pages.rendering import render
from tf_dnnh.search.collection import Collection
from tf_dnnh.search.index import HammingIndex
from tf_dnnh.search.picture_error import PictureError

TABLE, PAGE = "duplicates.csv", "duplicates.html"
# What a page shows, to stay below some 10 MB.
_GROUPS = 100
_PICTURES = 12
_ROWS = 1000
_QUERIES = 1 << 12
_TEMPLATES = Path(__file__).parent / "templates"


def write_duplicates(
    collection: Collection, radius: int, output: Path
) -> list[np.ndarray]:
    """Finds groups and writes `duplicates.csv` and `duplicates.html`.

    Args:
        collection: the pictures.
        radius: largest distance of a step between pictures of one group.
        output: folder of the two files; created if absent.

    Returns:
        The ids of each group, see `near_groups`.
    """
    groups = near_groups(collection.index, radius)
    output.mkdir(parents=True, exist_ok=True)
    header = ["group", "id", "path", "label"]
    files.write_csv(output / TABLE, header, _rows(collection, groups))
    page = render(
        _TEMPLATES,
        "duplicates.html.j2",
        {
            "name": collection.name,
            "collection": len(collection),
            "total": len(groups),
            "pictures": sum(map(len, groups)),
            "radius": radius,
            "groups": [_shown(collection, ids) for ids in groups[:_GROUPS]],
        },
    )
    files.write_text(output / PAGE, page)
    return groups


def _rows(
    collection: Collection, groups: Sequence[np.ndarray]
) -> Iterator[tuple[Any, ...]]:
    for number, ids in enumerate(groups, 1):
        for start in range(0, len(ids), _ROWS):
            some = ids[start : start + _ROWS].tolist()
            for picture in collection.pictures.pictures(some):
                path = picture.shown_path
                yield number, picture.id, path, picture.label


def _shown(collection: Collection, ids: np.ndarray) -> dict[str, Any]:
    first = ids[:_PICTURES].tolist()
    return {
        "count": len(ids),
        "more": len(ids) - len(first),
        "pictures": [
            {
                "name": picture.name,
                "label": picture.label,
                "uri": _uri(collection, picture.id),
            }
            for picture in collection.pictures.pictures(first)
        ],
    }


def _uri(collection: Collection, id_: int) -> str | None:
    try:
        drawn = collection.thumbnail(id_)
    except PictureError:
        # Its file is gone, or no picture any more.
        return None
    return "data:image/jpeg;base64," + base64.b64encode(drawn).decode("ascii")


def near_groups(index: HammingIndex, radius: int) -> list[np.ndarray]:
    """Finds groups of pictures that are linked by small distances.

    Two pictures are in one group if a chain of pictures leads from one to the
    other, in steps of at most `radius`.

    Args:
        index: the codes.
        radius: largest distance of a step; 0 for equal codes.

    Returns:
        The ids of each group of two or more, int64 [n], sorted; the largest
        group first.
    """
    codes, counts = index.buckets()
    group = _components(codes, index.bits, radius)
    sizes = np.bincount(group, counts, minlength=1)
    kept = np.flatnonzero(sizes[group] > 1)
    limits, _, ids = index.range_search(codes[kept], 0)
    owner = np.repeat(group[kept], np.diff(limits))
    order = np.lexsort((ids, owner))
    ends = np.flatnonzero(np.diff(owner[order])) + 1
    groups = np.split(ids[order], ends) if len(ids) else []
    return sorted(groups, key=lambda ids: (-len(ids), ids[0]))


def _components(codes: np.ndarray, bits: int, radius: int) -> np.ndarray:
    """Numbers the distinct codes by group, int64 [n]."""
    everyone = np.arange(len(codes))
    if radius == 0 or not len(codes):
        return everyone
    # Imported here: only this command needs it.
    from scipy import sparse

    index = HammingIndex(bits, "auto", radius=radius)
    index.add(codes, everyone)
    firsts, seconds = [], []
    for start in range(0, len(codes), _QUERIES):
        rows = slice(start, start + _QUERIES)
        limits, _, ids = index.range_search(codes[rows], radius)
        first = np.repeat(everyone[rows], np.diff(limits))
        # Each pair once, and none with itself.
        firsts.append(first[first < ids])
        seconds.append(ids[first < ids])
    pairs = (np.concatenate(firsts), np.concatenate(seconds))
    linked = sparse.coo_array(
        (np.ones(len(pairs[0]), np.int8), pairs), [len(codes)] * 2
    )
    return sparse.csgraph.connected_components(linked, directed=False)[1]
