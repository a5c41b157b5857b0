"""The losses that a run can be trained with, by name.

A loss compares the codes of a whole batch with its labels:

    loss(codes, labels, seed) -> (value, {metric: value})

codes are float32 [batch, bits] in [0, 1], labels [batch] class numbers or
[batch, classes] zeros and ones, seed an int32 tensor [2] that differs at every
step. The value is a scalar; the metrics become columns of the run's history,
curves in its report and scalars in TensorBoard.
"""

from collections.abc import Callable

import tensorflow as tf

from tf_dnnh.class_codes import class_codes
from tf_dnnh.losses import batch_triplet_loss
from tf_dnnh.losses.class_members import with_class_codes
from trainers.config import Config, ConfigError

Metrics = dict[str, tf.Tensor]
Loss = Callable[[tf.Tensor, tf.Tensor, tf.Tensor], tuple[tf.Tensor, Metrics]]


def triplet_ranking(config: Config) -> Loss:
    """Returns the triplet ranking loss over the triplets of a batch.

    Its metric `active_share` is the share of triplets that violate the
    margin.

    Reference:
        Lai et al., CVPR 2015, the triplet ranking loss and its relaxation.
    """

    def loss(
        codes: tf.Tensor, labels: tf.Tensor, seed: tf.Tensor
    ) -> tuple[tf.Tensor, Metrics]:
        value, statistics = batch_triplet_loss(
            codes,
            labels,
            margin=config.margin,
            mining=config.mining,
            reduction=config.loss_reduction,
            seed=seed,
        )
        return value, {"active_share": statistics["active_share"]}

    return loss


# Each is called with the configuration of the run.
LOSSES: dict[str, Callable[[Config], Loss]] = {
    "triplet_ranking": triplet_ranking,
}


def make_loss(config: Config, classes: int) -> Loss:
    """Returns the loss of a run, with class codes in every batch if it has any.

    Args:
        config: the run's configuration.
        classes: number of classes of the data set.

    Raises:
        ConfigError: the loss is unknown.
    """
    if config.loss not in LOSSES:
        raise ConfigError(
            f"`loss` must be one of {', '.join(LOSSES)}. "
            f"Received: {config.loss}"
        )
    loss = LOSSES[config.loss](config)
    copies = config.class_codes
    if not copies:
        return loss
    fixed = class_codes(classes, config.bits, config.seed)
    return lambda codes, labels, seed: loss(
        *with_class_codes(codes, labels, fixed, copies), seed
    )
