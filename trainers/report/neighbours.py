"""The rows of a report that show queries with their nearest images."""

import dataclasses

import numpy as np

from trainers.report.pictures import png_uri, thumbnail

# A page stays pleasant to send: this many characters of thumbnails at most.
THUMBNAIL_BUDGET = 1_300_000


@dataclasses.dataclass(frozen=True)
class _Neighbour:
    """One tile of a row: a database image beside its query."""

    rank: int
    uri: str
    label: str
    distance: int
    relevant: bool


@dataclasses.dataclass(frozen=True)
class QueryRow:
    """A query and its nearest database images, nearest first."""

    uri: str
    label: str
    neighbours: list[_Neighbour]

    @property
    def hits(self) -> int:
        """How many of the neighbours are relevant."""
        return sum(neighbour.relevant for neighbour in self.neighbours)


def query_rows(arrays: dict[str, np.ndarray]) -> list[QueryRow]:
    """Turns the arrays of `neighbours.npz` into rows of thumbnails.

    Stops before `THUMBNAIL_BUDGET` is exceeded, never before the first row.
    """
    rows: list[QueryRow] = []
    size = 0
    for query in range(len(arrays["query_images"])):
        neighbours = [
            _Neighbour(
                rank=rank + 1,
                uri=png_uri(thumbnail(arrays["neighbour_images"][query, rank])),
                label=str(arrays["neighbour_labels"][query, rank]),
                distance=int(arrays["neighbour_distance"][query, rank]),
                relevant=bool(arrays["neighbour_relevant"][query, rank]),
            )
            for rank in range(arrays["neighbour_distance"].shape[1])
        ]
        uri = png_uri(thumbnail(arrays["query_images"][query]))
        size += len(uri) + sum(len(item.uri) for item in neighbours)
        if rows and size > THUMBNAIL_BUDGET:
            break
        label = str(arrays["query_labels"][query])
        rows.append(QueryRow(uri, label, neighbours))
    return rows
