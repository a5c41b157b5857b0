"""Directions and rotations that several methods share."""

import numpy as np

# Variance below this share of the largest is rounding noise.
_NOISE = 1e-12


def signs(values: np.ndarray) -> np.ndarray:
    """Returns -1 or 1 by the rule of all codes: 1 where a value is >= 0."""
    return np.where(values >= 0, 1.0, -1.0)


def principal_axes(centred: np.ndarray, count: int) -> np.ndarray:
    """Finds the orthogonal directions in which [n, features] vary most.

    Returns float64 [features, count], unit columns by falling variance; the
    component of largest size is positive, so that signs are defined. Raises
    ValueError if the data vary in fewer directions: further bits would be
    signs of rounding errors.
    """
    variances, axes = np.linalg.eigh(centred.T @ centred)
    rank = int((variances > _NOISE * max(variances[-1], 0.0)).sum())
    if count > rank:
        raise ValueError(
            "`bits` must not exceed the number of directions in which the "
            f"features vary. Received: bits={count}, directions={rank}"
        )
    axes = axes[:, ::-1][:, :count]
    largest = np.abs(axes).argmax(axis=0)
    return axes * np.sign(axes[largest, np.arange(count)])


def random_rotation(
    rows: int, columns: int, rng: np.random.Generator
) -> np.ndarray:
    """Draws orthonormal rows, [rows <= columns, columns], uniformly."""
    basis, triangle = np.linalg.qr(rng.normal(size=[columns, columns]))
    # Without the signs, QR favours some rotations over others.
    return (basis * np.sign(np.diag(triangle)))[:, :rows].T


def quantization_rotation(
    v: np.ndarray, rotation: np.ndarray, iterations: int
) -> np.ndarray:
    """Finds a rotation R of centred vectors V [n, k] to hypercube corners.

    Alternates the codes `B = sign(V R)` and the rotation that brings V
    closest to B, found by singular value decomposition; no step raises
    ||B - V R||. Rotations are [k, bits] with orthonormal rows.
    """
    for _ in range(iterations):
        corners = signs(v @ rotation)
        left, _, right = np.linalg.svd(v.T @ corners, full_matrices=False)
        rotation = left @ right
    return rotation
