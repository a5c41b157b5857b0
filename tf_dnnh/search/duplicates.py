"""Lists groups of pictures with nearly equal codes: a table and a page."""

import base64
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tf_dnnh import files
from tf_dnnh.pages.rendering import render
from tf_dnnh.search.collection import Collection
from tf_dnnh.search.groups import near_groups
from tf_dnnh.search.picture_error import PictureError

TABLE, PAGE = "duplicates.csv", "duplicates.html"
# What a page shows, to stay below some 10 MB.
_GROUPS = 100
_PICTURES = 12
_ROWS = 1000
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
