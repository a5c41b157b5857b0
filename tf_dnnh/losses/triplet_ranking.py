"""The triplet ranking loss: on given triplets, on a batch, and for `fit`."""

from typing import Any

import keras
from keras import ops

from tf_dnnh.losses import mining as mining_lib


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
    _check(mining, reduction)
    mined = _mine(codes, labels, margin, mining, seed)
    triplets = ops.sum(mined.triplets)
    active_share = ops.sum(mined.active) / ops.maximum(triplets, 1.0)
    loss = ops.sum(mined.hinge) / _divisor(mined, reduction)
    return loss, {"active_share": active_share, "triplets": triplets}


@keras.saving.register_keras_serializable(package="tf_dnnh")
class TripletRankingLoss(keras.losses.Loss):
    """The loss of `batch_triplet_loss` for `model.compile` and `model.fit`.

    `model.fit(images, labels)` then needs no triplets. A batch should hold at
    least two images of some class. Sample weights weigh anchors.

    Under a distribution strategy, each replica mines its own share of the
    batch; `trainers` gathers the codes first.

    Args:
        margin: by how much a negative has to be farther than a positive.
        mining: `"batch_all"`, `"random"`, `"semi_hard"` or `"hardest"`.
        reduction_over: `"mean"` over all mined triplets, or `"mean_active"`
            over those whose hinge is above 0.
        seed: seed of `"random"`; None takes an arbitrary one.
        name: name of the loss.

    Call arguments:
        y_true: labels, [batch] class numbers or [batch, classes] 0/1.
        y_pred: relaxed codes, float [batch, bits].

    Raises:
        ValueError: if `mining` or `reduction_over` is unknown.

    Example:
        >>> codes = ops.array([[0.0], [0.5], [1.0]])
        >>> float(TripletRankingLoss(margin=2.0)(ops.array([0, 0, 1]), codes))
        1.625
    """

    def __init__(
        self,
        margin: float = 1.0,
        mining: str = "batch_all",
        reduction_over: str = "mean",
        seed: int | None = None,
        name: str = "triplet_ranking",
    ) -> None:
        """Checks and keeps the arguments."""
        super().__init__(name=name)
        _check(mining, reduction_over)
        self.margin = margin
        self.mining = mining
        self.reduction_over = reduction_over
        self.seed = seed
        self._generator = (
            keras.random.SeedGenerator(seed) if mining == "random" else None
        )

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Returns one value for each anchor; Keras takes their mean."""
        mined = _mine(y_pred, y_true, self.margin, self.mining, self._generator)
        batch = ops.cast(ops.shape(y_pred)[0], "float32")
        return mined.hinge * (batch / _divisor(mined, self.reduction_over))

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration."""
        return {
            "margin": self.margin,
            "mining": self.mining,
            "reduction_over": self.reduction_over,
            "seed": self.seed,
            "name": self.name,
        }


def _check(mining: str, reduction: str) -> None:
    if mining not in mining_lib.MINING:
        raise ValueError(
            f"`mining` must be one of {', '.join(mining_lib.MINING)}. "
            f"Received: {mining!r}"
        )
    if reduction not in ("mean", "mean_active"):
        raise ValueError(
            "The mean must be taken over 'mean' (all triplets) or "
            f"'mean_active' (those with a loss). Received: {reduction!r}"
        )


def _mine(
    codes: Any, labels: Any, margin: float, mining: str, seed: Any
) -> mining_lib.Mined:
    distances = mining_lib.squared_distances(codes)
    masks = mining_lib.similarity_masks(labels)
    options = {"seed": seed} if mining == "random" else {}
    return mining_lib.MINING[mining](distances, *masks, margin, **options)


def _divisor(mined: mining_lib.Mined, reduction: str) -> Any:
    """Counts the triplets that the mean is taken over, 1 if there are none."""
    count = mined.active if reduction == "mean_active" else mined.triplets
    return ops.maximum(ops.sum(count), 1.0)
