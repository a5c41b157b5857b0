"""The triplet ranking loss of given triplets and of a batch."""

from typing import Any

from keras import ops

from tf_dnnh.losses.mining import MINING, mine_batch
from tf_dnnh.losses.names import REDUCTIONS, current_name


def triplet_ranking(
    anchor: Any, positive: Any, negative: Any, margin: float = 1.0
) -> Any:
    """Computes the triplet ranking loss of given triplets.

    ```
    max(0, |anchor - positive|^2 - |anchor - negative|^2 + margin)
    ```

    where | |^2 is the squared Euclidean distance, which equals the Hamming
    distance for codes of zeros and ones.

    Args:
        anchor: float tensor [batch, bits], relaxed codes.
        positive: float tensor [batch, bits], codes of similar images.
        negative: float tensor [batch, bits], codes of dissimilar images.
        margin: how much farther the negative must be, above 0.

    Returns:
        float32 tensor [batch], >= 0, one value per triplet.

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
    positive_distance = ops.sum(ops.square(anchor - positive), axis=-1)
    negative_distance = ops.sum(ops.square(anchor - negative), axis=-1)
    # `relu` and not `maximum`: its gradient at exactly zero is zero.
    return ops.relu(positive_distance - negative_distance + margin)


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
        margin: how much farther a negative must be than a positive, above 0.
        mining: `"batch_all"`, `"random"`, `"semi_hard"` or `"batch_hard"`; see
            `tf_dnnh.losses.mining`.
        reduction: `"mean"` over all mined triplets, or `"mean_nonzero"` over
            those whose loss is above 0.
        seed: for `"random"`: an int, a `keras.random.SeedGenerator`, an int32
            tensor [2], or None for Keras' global generator.

    Returns:
        The loss, a float32 scalar >= 0 (0 for a batch without a triplet), and
        the statistics: `"triplets"`, the number of mined triplets, and
        `"active_share"`, the fraction of them whose loss is above 0, both
        float32 scalars.

    Raises:
        ValueError: if `mining` or `reduction` is unknown.

    Example:
        >>> codes = ops.array([[0.0], [0.5], [1.0]])
        >>> loss, statistics = batch_triplet_loss(codes, ops.array([0, 0, 1]))
        >>> float(loss), float(statistics["active_share"])
        (0.625, 1.0)

    Reference:
        Lai et al., CVPR 2015, the triplet ranking loss and its relaxation.
    """
    mining = current_name("mining", mining, MINING)
    reduction = current_name("reduction", reduction, REDUCTIONS)
    mined = mine_batch(codes, labels, margin=margin, mining=mining, seed=seed)
    triplets = ops.sum(mined.triplets)
    active_share = ops.sum(mined.active) / ops.maximum(triplets, 1.0)
    loss = ops.sum(mined.hinge) / mined.normalizer(reduction)
    return loss, {"active_share": active_share, "triplets": triplets}
