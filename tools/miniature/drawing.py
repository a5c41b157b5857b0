"""Draws pictures whose concepts can be recognised from the pixels.

Every concept is a sign of its own: one of nine shapes in one of nine hues.
Position, size, tint, background and order vary from picture to picture.
"""

import colorsys
from collections.abc import Callable, Sequence

import numpy as np

_Shape = Callable[[np.ndarray, np.ndarray], np.ndarray]


def _square(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.maximum(abs(x), abs(y)) < 0.9


# Whether a point is inside a sign, in coordinates of -1..1 from its middle.
_SHAPES: tuple[_Shape, ...] = (
    _square,
    lambda x, y: x**2 + y**2 < 1,
    lambda x, y: (x**2 + y**2 < 1) & (x**2 + y**2 > 0.35),
    lambda x, y: abs(x) + abs(y) < 1,
    lambda x, y: (abs(x) < 0.3) | (abs(y) < 0.3),
    lambda x, y: abs(x) < (y + 1) / 2,
    lambda x, y: _square(x, y) & (np.cos(8 * y) > 0),
    lambda x, y: _square(x, y) & (np.cos(8 * x) > 0),
    lambda x, y: _square(x, y) & (np.sin(5 * x) * np.sin(5 * y) > 0),
)
_HUES = 9


def draw(
    concepts: Sequence[int],
    image_size: tuple[int, int],
    rng: np.random.Generator,
) -> np.ndarray:
    """Draws some of the concepts 0..80; returns uint8 [height, width, 3]."""
    canvas = _background(image_size, rng)
    for concept in rng.permutation(np.asarray(concepts, int)):
        _stamp(canvas, int(concept), rng)
    canvas += rng.normal(0, 6, canvas.shape)
    return np.clip(np.rint(canvas), 0, 255).astype(np.uint8)


def _background(
    image_size: tuple[int, int], rng: np.random.Generator
) -> np.ndarray:
    """Draws a gradient from one pale colour to another."""
    height, width = image_size
    y, x = np.mgrid[:height, :width]
    angle = rng.uniform(0, 2 * np.pi)
    slope = np.cos(angle) * x / width + np.sin(angle) * y / height
    slope = (slope - slope.min()) / np.ptp(slope)
    first, second = rng.uniform(60, 200) + rng.uniform(-25, 25, [2, 3])
    return first + (second - first) * slope[..., None]


def _stamp(canvas: np.ndarray, concept: int, rng: np.random.Generator) -> None:
    height, width = canvas.shape[:2]
    radius = rng.uniform(0.16, 0.24) * min(height, width)
    middle = rng.uniform(radius, [height - radius, width - radius])
    top, left = np.floor(middle - radius).astype(int)
    bottom, right = np.ceil(middle + radius).astype(int)
    patch = canvas[max(top, 0) : bottom, max(left, 0) : right]
    y, x = np.mgrid[: patch.shape[0], : patch.shape[1]]
    y = (y + max(top, 0) + 0.5 - middle[0]) / radius
    x = (x + max(left, 0) + 0.5 - middle[1]) / radius
    inside = _SHAPES[concept % len(_SHAPES)](x, y)
    hue = concept // len(_SHAPES) / _HUES + rng.uniform(-0.015, 0.015)
    color = colorsys.hsv_to_rgb(
        hue % 1, rng.uniform(0.8, 1), rng.uniform(0.75, 1)
    )
    patch[inside & (np.maximum(abs(x), abs(y)) < 1)] = np.multiply(color, 255)
