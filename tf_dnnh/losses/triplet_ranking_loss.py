"""The triplet ranking loss as an object for `model.compile`."""

from typing import Any

import keras
from keras import ops

from tf_dnnh.losses.mining import MINING, mine_batch
from tf_dnnh.losses.reduction import REDUCTIONS, check_choice, divisor


@keras.saving.register_keras_serializable(package="tf_dnnh")
class TripletRankingLoss(keras.losses.Loss):
    """The loss of `batch_triplet_loss` for `model.compile` and `model.fit`.

    `model.fit(images, labels)` then needs no triplets. A batch should hold at
    least two images of some class. Sample weights weigh anchors.

    Under a distribution strategy every replica mines its own part of the
    batch. A loss over the whole batch takes a training loop that gathers the
    codes first.

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

    Returns:
        float32 scalar >= 0.

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
        super().__init__(name=name)
        check_choice("mining", mining, MINING)
        check_choice("reduction_over", reduction_over, REDUCTIONS)
        self.margin = margin
        self.mining = mining
        self.reduction_over = reduction_over
        self.seed = seed
        self._generator = (
            keras.random.SeedGenerator(seed) if mining == "random" else None
        )

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Returns a value for each anchor, [batch]; their mean is the loss.

        Keras takes that mean, and divides it by the number of replicas, which
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
        return mined.hinge * (batch / divisor(mined, self.reduction_over))

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration."""
        return {
            "margin": self.margin,
            "mining": self.mining,
            "reduction_over": self.reduction_over,
            "seed": self.seed,
            "name": self.name,
        }
