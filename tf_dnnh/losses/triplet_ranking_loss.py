"""The triplet ranking loss as an object for `model.compile`."""

from typing import Any

import keras
from keras import ops

from tf_dnnh.losses.mining import MINING, mine_batch
from tf_dnnh.losses.names import REDUCTIONS, current_name


@keras.saving.register_keras_serializable(package="tf_dnnh")
class TripletRankingLoss(keras.losses.Loss):
    """Computes `batch_triplet_loss` in `model.compile` and `model.fit`.

    The triplets are mined in each batch, so that `model.fit(images, labels)`
    suffices. A batch should hold at least two images of the same class. Sample
    weights apply to anchors.

    Under a distribution strategy, every replica mines its own part of the
    batch. A loss over the global batch needs a training loop that gathers the
    codes first.

    Args:
        margin: how much farther a negative must be than a positive, above 0.
        mining: `"batch_all"`, `"random"`, `"semi_hard"` or `"batch_hard"`.
        reduction_over: `"mean"` over all mined triplets, or `"mean_nonzero"`
            over those whose loss is above 0.
        seed: seed of `"random"`; None for an arbitrary one.
        name: name of the loss.
        reduction: how Keras reduces the values of the anchors, as for every
            `keras.losses.Loss`; their mean is the loss.
        dtype: dtype of the labels and of the result. Half precision merges
            class numbers above 256 (bfloat16) or 2048 (float16).

    Call arguments:
        y_true: labels, [batch] class numbers or [batch, classes] 0/1.
        y_pred: relaxed codes, float [batch, bits].

    Returns:
        Scalar >= 0 of `dtype`, by default float32.

    Raises:
        ValueError: if `mining` or `reduction_over` is unknown.

    Example:
        >>> codes = ops.array([[0.0], [0.5], [1.0]])
        >>> float(TripletRankingLoss(margin=2.0)(ops.array([0, 0, 1]), codes))
        1.625

    Reference:
        Lai et al., CVPR 2015, the triplet ranking loss and its relaxation.
    """

    def __init__(
        self,
        margin: float = 1.0,
        mining: str = "batch_all",
        reduction_over: str = "mean",
        seed: int | None = None,
        name: str = "triplet_ranking",
        reduction: str | None = "sum_over_batch_size",
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.margin = margin
        self.mining = current_name("mining", mining, MINING)
        self.reduction_over = current_name(
            "reduction_over", reduction_over, REDUCTIONS
        )
        self.seed = seed
        self._generator = (
            keras.random.SeedGenerator(seed) if mining == "random" else None
        )

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Computes one value per anchor, [batch]; their mean is the loss.

        Keras takes that mean and divides it by the number of replicas, which
        it does not do for a scalar.
        """
        mined = mine_batch(
            y_pred,
            y_true,
            margin=self.margin,
            mining=self.mining,
            seed=self._generator,
        )
        batch = ops.cast(ops.shape(y_pred)[0], "float32")
        return mined.hinge * (batch / mined.normalizer(self.reduction_over))

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration."""
        return {
            **super().get_config(),
            "margin": self.margin,
            "mining": self.mining,
            "reduction_over": self.reduction_over,
            "seed": self.seed,
            "dtype": self.dtype,
        }
