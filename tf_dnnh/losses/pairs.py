"""Pairwise distances and similarity within a batch."""

from typing import Any

from keras import ops


def squared_distances(codes: Any) -> Any:
    """Computes the squared Euclidean distances between codes [batch, bits].

    The result is float32 [batch, batch]. Distances of codes of zeros and ones
    are exact whole numbers, so that ties stay ties.
    """
    # The norms and the product below nearly cancel for close codes. Shifting
    # the middle of [0, 1] to zero keeps them, and their rounding, small.
    codes = ops.cast(codes, "float32") - 0.5
    norms = ops.sum(ops.square(codes), axis=1)
    products = ops.matmul(codes, ops.transpose(codes))
    return ops.relu(norms[:, None] + norms[None, :] - 2.0 * products)


def similarity_masks(labels: Any) -> tuple[Any, Any]:
    """Returns the masks of positives and negatives, boolean [batch, batch].

    Images are similar if their class numbers, [batch] or [batch, 1], are equal,
    or if they share a class in zeros and ones [batch, classes]. An image is
    neither a positive nor a negative of itself.
    """
    labels = ops.convert_to_tensor(labels)
    if len(labels.shape) == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if len(labels.shape) == 1:
        similar = labels[:, None] == labels[None, :]
    elif len(labels.shape) == 2:
        labels = ops.cast(labels, "float32")
        similar = ops.matmul(labels, ops.transpose(labels)) > 0.5
    else:
        raise ValueError(
            "`labels` must be [batch] or [batch, classes]. "
            f"Received: shape={tuple(labels.shape)}"
        )
    other = ops.logical_not(ops.eye(ops.shape(labels)[0], dtype="bool"))
    return (
        ops.logical_and(similar, other),
        ops.logical_and(ops.logical_not(similar), other),
    )
