"""Reference losses, in plain loops or O(batch^3) memory."""

import numpy as np
import tensorflow as tf

from tf_dnnh.losses.pairs import similarity_masks


def naive_batch_all(
    codes: tf.Tensor, labels: np.ndarray, margin: float
) -> tuple[tf.Tensor, int, int]:
    """Sums the hinges of all triplets one by one, in float64.

    Returns:
        The sum, the number of active triplets and the number of triplets.
    """
    codes = tf.cast(codes, tf.float64)
    distances = tf.reduce_sum(
        tf.square(codes[:, None] - codes[None, :]), axis=-1
    )
    positives, negatives = similarity_masks(labels)
    hinges = tf.nn.relu(distances[:, :, None] - distances[:, None, :] + margin)
    valid = positives[:, :, None] & negatives[:, None, :]
    hinges = tf.where(valid, hinges, 0)
    active = int(tf.math.count_nonzero(hinges > 0))
    return tf.reduce_sum(hinges), active, int(tf.math.count_nonzero(valid))


def chosen_triplets(
    distances: np.ndarray,
    positives: np.ndarray,
    negatives: np.ndarray,
    mining: str,
) -> list[tuple[int, int, int]]:
    """Chooses the triplets of `semi_hard` or `batch_hard` in loops."""
    triplets = []
    for i, row in enumerate(distances):
        similar, other = (
            np.flatnonzero(positives[i]),
            np.flatnonzero(negatives[i]),
        )
        if not len(similar) or not len(other):
            continue
        if mining == "batch_hard":
            j = similar[row[similar].argmax()]
            k = other[row[other].argmin()]
            triplets.append((i, int(j), int(k)))
            continue
        for j in similar:
            beyond = other[row[other] > row[j]]
            k = (
                beyond[row[beyond].argmin()]
                if len(beyond)
                else other[row[other].argmax()]
            )
            triplets.append((i, int(j), int(k)))
    return triplets
