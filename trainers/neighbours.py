"""Sample queries and their nearest neighbours, for the report."""

from typing import Any

import numpy as np

from tf_dnnh import codes, metrics
from tf_dnnh.data import ImageDataset, Split, evaluation_batches

_QUERIES = 12
_NEIGHBOURS = 10
# Side of a picture in pixels, if the images differ in size.
_SIDE = 96


def sample_neighbours(
    dataset: ImageDataset,
    split: Split,
    query_codes: np.ndarray,
    database_codes: np.ndarray,
) -> dict[str, Any]:
    """Collects pictures, distances and labels.

    Args:
        dataset: the images.
        split: their division into queries and database.
        query_codes: uint8 [queries, bytes].
        database_codes: uint8 [database, bytes].

    Returns:
        The arrays of `neighbours.npz`: for evenly spread queries, the nearest
        database images; of two at equal distance, the earlier one first.
    """
    count = min(_QUERIES, len(split.queries))
    shown = np.linspace(0, len(split.queries) - 1, count).astype(int)
    distances = codes.hamming_distance(
        query_codes[shown, None], database_codes[None]
    )
    order = np.argsort(distances, axis=1, kind="stable")[:, :_NEIGHBOURS]
    query_rows, neighbour_rows = split.queries[shown], split.database[order]
    similar = metrics.relevance(
        dataset.labels[query_rows], dataset.labels[split.database]
    )
    everything = np.concatenate([query_rows, neighbour_rows.ravel()])
    images = _pictures(dataset, everything)
    names = np.array([dataset.label_text(row) for row in everything])
    return {
        "query_images": images[:count],
        "neighbour_images": images[count:].reshape(
            *order.shape, *images.shape[1:]
        ),
        "neighbour_distance": np.take_along_axis(distances, order, axis=1),
        "neighbour_relevant": np.take_along_axis(similar, order, axis=1),
        "query_labels": names[:count],
        "neighbour_labels": names[count:].reshape(order.shape),
    }


def _pictures(dataset: ImageDataset, rows: np.ndarray) -> np.ndarray:
    """Returns uint8 [n, height, width, 3]."""
    size = dataset.image_size or (_SIDE, _SIDE)
    batches = evaluation_batches(dataset, rows, size, 256)
    pixels = np.concatenate([batch.numpy() for batch in batches])
    return np.round(pixels).astype(np.uint8)
