"""Pictures of a report: correlations, and queries with their neighbours."""

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np

THUMBNAIL_SIDE = 64
# Limit of the thumbnails' characters, to keep the page fit for e-mail.
THUMBNAIL_BUDGET = 1_300_000
_NEGATIVE = (226, 112, 38)
_POSITIVE = (22, 148, 174)
_DIAGONAL = (128, 128, 128, 110)


def png_uri(pixels: np.ndarray) -> str:
    """Encodes uint8 grey, RGB or RGBA as a PNG inside a `data:` address.

    RGB whose channels are equal is stored as grey.

    Example:
        >>> png_uri(np.zeros([1, 1, 3], np.uint8))[:22]
        'data:image/png;base64,'
    """
    # Imported here: TensorFlow takes seconds to import.
    import tensorflow as tf

    if pixels.shape[-1] == 3 and np.ptp(pixels, axis=-1).max() == 0:
        pixels = pixels[..., :1]
    data = tf.io.encode_png(pixels, compression=9).numpy()
    return "data:image/png;base64," + base64.b64encode(data).decode("ascii")


def thumbnail(image: np.ndarray) -> np.ndarray:
    """Shrinks uint8 [height, width, channels] by averaging whole blocks."""
    factor = -(-max(image.shape[:2]) // THUMBNAIL_SIDE)
    if factor == 1:
        return image
    height, width = (side // factor * factor for side in image.shape[:2])
    blocks = image[:height, :width].reshape(
        height // factor, factor, width // factor, factor, -1
    )
    return blocks.mean(axis=(1, 3)).round().astype(np.uint8)


def query_rows(arrays: Mapping[str, np.ndarray]) -> list[dict[str, Any]]:
    """Turns the arrays of `neighbours.npz` into rows of thumbnails.

    Stops before `THUMBNAIL_BUDGET` is exceeded, never before the first row.
    A row has `uri`, `label`, `id`, `precision`, `tied` and, nearest first,
    `neighbours`, each with `uri`, `label`, `id`, `distance` and `relevant`.
    Files of version 0.1.0 have no ids, precisions and numbers of ties.
    """
    rows: list[dict[str, Any]] = []
    size = 0
    for query in range(len(arrays["query_images"])):
        row: dict[str, Any] = {
            "uri": png_uri(thumbnail(arrays["query_images"][query])),
            "label": str(arrays["query_labels"][query]),
            "id": _optional(arrays, "query_ids", query, ""),
            "precision": _optional(arrays, "query_precision", query),
            "tied": _optional(arrays, "tied", query),
            "neighbours": [
                {
                    "uri": png_uri(thumbnail(image)),
                    "label": str(arrays["neighbour_labels"][query, rank]),
                    "id": _optional(arrays, "neighbour_ids", (query, rank), ""),
                    "distance": int(arrays["neighbour_distance"][query, rank]),
                    "relevant": bool(arrays["neighbour_relevant"][query, rank]),
                }
                for rank, image in enumerate(arrays["neighbour_images"][query])
            ],
        }
        size += sum(len(one["uri"]) for one in [row, *row["neighbours"]])
        if rows and size > THUMBNAIL_BUDGET:
            break
        rows.append(row)
    return rows


def _optional(
    arrays: Mapping[str, np.ndarray], name: str, place: Any, missing: Any = None
) -> Any:
    return arrays[name][place].item() if name in arrays else missing


def correlation_uri(correlation: np.ndarray) -> str:
    """Draws a matrix of correlations in [-1, 1], one pixel per entry.

    Opacity is the strength of the correlation, which suits light and dark
    pages; teal is positive, orange negative, the diagonal grey.
    """
    pixels = _colors(correlation)
    diagonal = np.arange(len(correlation))
    pixels[diagonal, diagonal] = _DIAGONAL
    return png_uri(pixels)


def correlation_legend() -> str:
    """Draws the colours of `correlation_uri` from 1 (top) to -1."""
    return png_uri(_colors(np.linspace(1, -1, 41)[:, None]))


def _colors(values: np.ndarray) -> np.ndarray:
    pixels = np.empty((*values.shape, 4), np.uint8)
    pixels[..., :3] = np.where(values[..., None] < 0, _NEGATIVE, _POSITIVE)
    pixels[..., 3] = np.clip(np.abs(values) * 255, 0, 255).round()
    return pixels
