"""Draws codes as points of a plane: similar codes close together."""

import warnings

import numpy as np

from tf_dnnh import codes

# Fewer codes than this make no picture.
_LEAST = 8
# Points of equal codes lie on a sunflower's spiral, this far apart.
_GOLDEN_ANGLE, _SPACING = 2.39996, 0.016


def project(packed: np.ndarray, bits: int) -> np.ndarray | None:
    """Places codes in a plane with t-SNE on their Hamming distances.

    Args:
        packed: codes, uint8 [n, bytes].
        bits: length of a code.

    Returns:
        Float32 [n, 2] in [0, 1]; None if there are fewer than eight distinct
        codes.

    Reference:
        Van der Maaten and Hinton, Visualizing Data using t-SNE, 2008.
    """
    # Imported here: scikit-learn takes a second.
    from sklearn.manifold import TSNE

    if len(np.unique(packed, axis=0)) < _LEAST:
        return None
    values = codes.unpack(packed, bits).astype(np.float32)
    with warnings.catch_warnings():
        # Equal codes have equal components, whose scale is divided by.
        warnings.simplefilter("ignore", RuntimeWarning)
        points = TSNE(
            metric="hamming",
            init="random",
            perplexity=min(30.0, (len(packed) - 1) / 3),
            random_state=0,
        ).fit_transform(values)
    return _scaled(_spread(packed, _scaled(points))).astype(np.float32)


def _scaled(points: np.ndarray) -> np.ndarray:
    """Scales both coordinates to [0, 1]."""
    low, high = points.min(axis=0), points.max(axis=0)
    return (points - low) / np.maximum(high - low, 1e-9)


def _spread(packed: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Moves points of equal codes apart, along a spiral around their mean."""
    spread = points.copy()
    for code in np.unique(packed, axis=0):
        rows = np.flatnonzero((packed == code).all(axis=1))
        steps = np.arange(len(rows))
        angles = steps * _GOLDEN_ANGLE
        around = np.stack([np.cos(angles), np.sin(angles)], axis=1)
        radius = _SPACING * np.sqrt(steps)[:, None]
        spread[rows] = points[rows].mean(axis=0) + radius * around
    return spread
