"""Pictures of a report: PNG data URIs, thumbnails, correlations."""

import base64

import numpy as np

THUMBNAIL_SIDE = 64
_NEGATIVE = (226, 112, 38)
_POSITIVE = (22, 148, 174)
_DIAGONAL = (128, 128, 128, 110)


def png_uri(pixels: np.ndarray) -> str:
    """Encodes an image as a PNG inside a `data:` address.

    Args:
        pixels: uint8 [height, width, 1, 3 or 4]: grey, RGB or RGBA. RGB whose
            channels are equal is stored as grey.

    Returns:
        `data:image/png;base64,...`

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
    """Shrinks an image to `THUMBNAIL_SIDE` pixels by averaging whole blocks.

    Args:
        image: uint8 [height, width, channels].

    Returns:
        uint8, unchanged where it is small enough already.
    """
    factor = -(-max(image.shape[:2]) // THUMBNAIL_SIDE)
    if factor == 1:
        return image
    height, width = (side // factor * factor for side in image.shape[:2])
    blocks = image[:height, :width].reshape(
        height // factor, factor, width // factor, factor, -1
    )
    return blocks.mean(axis=(1, 3)).round().astype(np.uint8)


def correlation_uri(correlation: np.ndarray) -> str:
    """Draws a matrix of correlations, one pixel per entry.

    Opacity is the size of the correlation, so that the picture suits a light
    and a dark page; teal is positive, orange negative, the diagonal grey.

    Args:
        correlation: float [bits, bits] in [-1, 1].
    """
    pixels = _colors(correlation)
    diagonal = np.arange(len(correlation))
    pixels[diagonal, diagonal] = _DIAGONAL
    return png_uri(pixels)


def correlation_legend(steps: int = 41) -> str:
    """Draws the colours of `correlation_uri` from 1 (top) to -1."""
    return png_uri(_colors(np.linspace(1, -1, steps)[:, None]))


def _colors(values: np.ndarray) -> np.ndarray:
    pixels = np.empty((*values.shape, 4), np.uint8)
    pixels[..., :3] = np.where(values[..., None] < 0, _NEGATIVE, _POSITIVE)
    pixels[..., 3] = np.clip(np.abs(values) * 255, 0, 255).round()
    return pixels
