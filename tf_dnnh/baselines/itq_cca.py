"""Iterative quantization of canonical correlation directions."""

import dataclasses

import numpy as np

from tf_dnnh.baselines.itq import ITQ
from tf_dnnh.baselines.label_similarity import label_sets

# Correlations below this are rounding noise.
_NOISE = 1e-6


@dataclasses.dataclass(eq=False, kw_only=True)
class ITQCCA(ITQ):
    """ITQ on the directions that are most correlated with the labels.

    There are at most `classes` such directions, one fewer for single labels.
    Each is scaled by its correlation; where there are more bits, the rotation
    spreads the directions over all of them.

    Args:
        iterations: number of alternating updates of codes and rotation.
        regularization: added to the features' variances, as a share of their
            mean.

    Reference:
        Gong and Lazebnik, "Iterative quantization: a Procrustean approach to
        learning binary codes", CVPR 2011, "Leveraging Label Information".
    """

    needs_labels = True

    regularization: float = 0.3

    def _directions(
        self, centred: np.ndarray, labels: np.ndarray
    ) -> np.ndarray:
        sets = label_sets(labels)
        found = canonical_directions(centred, sets, self.regularization)
        return found[:, : self.bits]


def canonical_directions(
    centred: np.ndarray, sets: np.ndarray, regularization: float
) -> np.ndarray:
    """Finds the directions most correlated with label sets, 0/1 [n, classes].

    Returns float64 [features, k], by falling correlation. But for the
    regularization, the projections of the centred [n, features] on them have
    the correlations as standard deviations.
    """
    targets = sets - sets.mean(axis=0)
    scatter = centred.T @ centred
    ridge = regularization * np.diag(scatter).mean() * np.eye(len(scatter))
    inverse = _inverse_root(scatter + ridge)
    whitened = _inverse_root(targets.T @ targets)
    between = inverse @ (centred.T @ targets) @ whitened
    left, correlations, right = np.linalg.svd(between, full_matrices=False)
    # A sign convention that rotating the features does not change.
    left = left * np.sign(
        right[range(len(right)), np.abs(right).argmax(axis=1)]
    )
    kept = correlations > _NOISE
    if not kept.any():
        raise ValueError(
            "`labels` must differ and `x` must vary with them: no direction "
            "of `x` is correlated with the labels"
        )
    scale = correlations[kept] * np.sqrt(len(centred))
    return inverse @ left[:, kept] * scale


def _inverse_root(scatter: np.ndarray) -> np.ndarray:
    """Returns the symmetric inverse root, zero where there is no variance."""
    values, vectors = np.linalg.eigh(scatter)
    kept = values > 1e-10 * max(values[-1], 0.0)
    return (vectors[:, kept] / np.sqrt(values[kept])) @ vectors[:, kept].T
