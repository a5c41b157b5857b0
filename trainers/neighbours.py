"""Sample queries and their nearest neighbours, for the report."""

from typing import Any

import numpy as np

from tf_dnnh import codes, metrics
from tf_dnnh.data import ImageDataset, Split, evaluation_batches
from trainers.projection import project

_WORST, _TYPICAL = 6, 6
_NEIGHBOURS = 10
# Side of a picture in pixels, if the images differ in size.
_SIDE = 96
# Queries among which the shown ones are looked for, and points of the plane.
_SEARCHED, _POINTS = 1000, 240
_POINT_SIDE = 32


def sample_neighbours(
    dataset: ImageDataset,
    split: Split,
    query_codes: np.ndarray,
    database_codes: np.ndarray,
    bits: int,
) -> dict[str, Any]:
    """Collects pictures, distances and labels.

    Args:
        dataset: the images.
        split: their division into queries and database.
        query_codes: uint8 [queries, bytes].
        database_codes: uint8 [database, bytes].
        bits: length of a code.

    Returns:
        The arrays of `neighbours.npz`: for the worst queries and for typical
        ones, the nearest database images; images at equal distance come in
        random order, as in the expected MAP. The keys `plane_...` hold
        queries as points of a plane.
    """
    shown, precisions = choose_queries(
        dataset, split, query_codes, database_codes, bits
    )
    distances = codes.hamming_distance(
        query_codes[shown, None], database_codes[None]
    )
    shuffled = np.random.default_rng(0).permuted(
        np.broadcast_to(np.arange(distances.shape[1]), distances.shape), axis=1
    )
    order = np.lexsort((shuffled, distances), axis=1)[:, :_NEIGHBOURS]
    nearest = np.take_along_axis(distances, order, axis=1)
    query_rows, neighbour_rows = split.queries[shown], split.database[order]
    similar = metrics.relevance(
        dataset.labels[query_rows], dataset.labels[split.database]
    )
    everything = np.concatenate([query_rows, neighbour_rows.ravel()])
    images = _pictures(dataset, everything)
    names = np.array([dataset.label_text(row) for row in everything])
    count = len(shown)
    return {
        "query_images": images[:count],
        "neighbour_images": images[count:].reshape(
            *order.shape, *images.shape[1:]
        ),
        "neighbour_distance": nearest,
        "neighbour_relevant": np.take_along_axis(similar, order, axis=1),
        "query_labels": names[:count],
        "neighbour_labels": names[count:].reshape(order.shape),
        "query_ids": dataset.ids[query_rows],
        "neighbour_ids": dataset.ids[neighbour_rows],
        "query_precision": precisions,
        # Database images at the distance of the last one shown.
        "tied": (distances == nearest[:, -1:]).sum(axis=1),
        **_plane(dataset, split, query_codes, bits),
    }


def choose_queries(
    dataset: ImageDataset,
    split: Split,
    query_codes: np.ndarray,
    database_codes: np.ndarray,
    bits: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Chooses the worst queries, then some around the median.

    Returns:
        Positions among the queries, int [n], and their average precisions,
        float [n].
    """
    count = len(query_codes)
    searched = np.linspace(0, count - 1, min(count, _SEARCHED)).astype(int)
    precisions = metrics.average_precision(
        *metrics.distance_histograms(
            query_codes[searched],
            database_codes,
            dataset.labels[split.queries[searched]],
            dataset.labels[split.database],
            bits,
        )
    )
    order = np.argsort(precisions, kind="stable")
    worst = order[: min(_WORST, count // 2)]
    rest = order[len(worst) :]
    middle = rest[len(rest) // 4 : len(rest) - len(rest) // 4]
    places = np.linspace(0, len(middle) - 1, min(_TYPICAL, len(middle)))
    chosen = np.concatenate([worst, middle[places.astype(int)]])
    return searched[chosen], precisions[chosen]


def _plane(
    dataset: ImageDataset, split: Split, query_codes: np.ndarray, bits: int
) -> dict[str, np.ndarray]:
    """Returns points, labels and pictures of evenly spread queries."""
    count = len(query_codes)
    shown = np.linspace(0, count - 1, min(count, _POINTS)).astype(int)
    points = project(query_codes[shown], bits)
    if points is None:
        return {}
    rows = split.queries[shown]
    return {
        "plane_points": points,
        "plane_labels": np.array([dataset.label_text(row) for row in rows]),
        "plane_images": _pictures(dataset, rows, _POINT_SIDE),
    }


def _pictures(
    dataset: ImageDataset, rows: np.ndarray, largest: int | None = None
) -> np.ndarray:
    """Returns uint8 [n, height, width, 3]."""
    size = dataset.image_size or (_SIDE, _SIDE)
    if largest and max(size) > largest:
        size = largest, largest
    batches = evaluation_batches(dataset, rows, size, 256)
    pixels = np.concatenate([batch.numpy() for batch in batches])
    return np.round(pixels).astype(np.uint8)
