"""The triplet ranking loss, on given triplets and on those of a batch."""

from typing import Any

from keras import ops

from tf_dnnh.losses.mining import MINING, mine_batch
from tf_dnnh.losses.reduction import REDUCTIONS, check_choice, divisor


def triplet_ranking(
    anchor: Any, positive: Any, negative: Any, margin: float = 1.0
) -> Any:
    """Asks that the negative be farther than the positive, by the margin.

    ```
    max(0, |anchor - positive|^2 - |anchor - negative|^2 + margin)
    ```

    where | |^2 is the squared Euclidean distance: the Hamming distance, once
    the codes are zeros and ones.

    Args:
        anchor: float tensor [batch, bits], relaxed codes.
        positive: float tensor [batch, bits], codes of similar images.
        negative: float tensor [batch, bits], codes of dissimilar images.
        margin: by how much the negative has to be farther.

    Returns:
        float32 tensor [batch], >= 0, one value for each triplet.

    Example:
        >>> anchor = ops.array([[1.0, 0.0], [1.0, 0.0]])
        >>> positive = ops.array([[1.0, 0.5], [1.0, 0.0]])
        >>> negative = ops.array([[0.5, 0.0], [0.0, 1.0]])
        >>> triplet_ranking(anchor, positive, negative).numpy()
        array([1., 0.], dtype=float32)

    Reference:
        Lai et al., CVPR 2015, the triplet ranking loss and its relaxation.
    """
    anchor, positive, negative = (
        ops.cast(codes, "float32") for codes in (anchor, positive, negative)
    )
    near = ops.sum(ops.square(anchor - positive), axis=-1)
    far = ops.sum(ops.square(anchor - negative), axis=-1)
    # `relu` and not `maximum`: its gradient at exactly zero is zero.
    return ops.relu(near - far + margin)


def batch_triplet_loss(
    codes: Any,
    labels: Any,
    *,
    margin: float = 1.0,
    mining: str = "batch_all",
    reduction: str = "mean",
    seed: Any = None,
) -> tuple[Any, dict[str, Any]]:
    """Computes the triplet ranking loss over triplets mined in a batch.

    Args:
        codes: float tensor [batch, bits], relaxed codes.
        labels: [batch] class numbers, or [batch, classes] zeros and ones;
            images are similar when they share a label.
        margin: by how much a negative has to be farther than a positive.
        mining: which triplets: `"batch_all"`, `"random"`, `"semi_hard"` or
            `"hardest"`; see `tf_dnnh.losses.mining`.
        reduction: `"mean"` over all mined triplets, or `"mean_active"` over
            those whose hinge is above 0.
        seed: for `"random"`: an int, a `keras.random.SeedGenerator` or an
            int32 tensor [2].

    Returns:
        The loss, a float32 scalar >= 0 (0 for a batch without a triplet), and
        the statistics: `"triplets"`, how many were mined, and
        `"active_share"`, the share of them whose hinge is above 0, both
        float32 scalars.

    Raises:
        ValueError: if `mining` or `reduction` is unknown.

    Example:
        >>> codes = ops.array([[0.0], [0.5], [1.0]])
        >>> loss, statistics = batch_triplet_loss(codes, ops.array([0, 0, 1]))
        >>> float(loss), float(statistics["active_share"])
        (0.625, 1.0)
    """
    check_choice("mining", mining, MINING)
    check_choice("reduction", reduction, REDUCTIONS)
    mined = mine_batch(codes, labels, margin=margin, mining=mining, seed=seed)
    triplets = ops.sum(mined.triplets)
    active_share = ops.sum(mined.active) / ops.maximum(triplets, 1.0)
    loss = ops.sum(mined.hinge) / divisor(mined, reduction)
    return loss, {"active_share": active_share, "triplets": triplets}
