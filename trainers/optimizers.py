"""Optimisers and learning-rate schedules of a run.

Weight decay and clipping are part of the optimiser: every caller of
`make_optimizer` trains as configured.
"""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tf_dnnh import keras_internals
from trainers.config import Config

# Biases, normalisation scales and offsets are not decayed.
_UNDECAYED = ["bias", "gamma", "beta"]


def make_schedule(
    config: Config, total_steps: int
) -> keras.optimizers.schedules.LearningRateSchedule:
    """Builds a warm-up over `warmup_fraction`, then the named schedule.

    `cosine` rises linearly, then falls to zero at the last step. The others
    warm up at a tenth of the rate; then `step` divides by ten at 60 % and 70 %
    of the run, as the public reproduction of the paper does.
    """
    rate, schedules = config.learning_rate, keras.optimizers.schedules
    warmup_steps = round(config.warmup_fraction * total_steps)
    if config.schedule == "cosine":
        if not warmup_steps:
            return schedules.CosineDecay(rate, total_steps)
        return schedules.CosineDecay(
            0.0,
            max(1, total_steps - warmup_steps),
            warmup_target=rate,
            warmup_steps=warmup_steps,
        )
    boundaries, values = [], [rate]
    if config.schedule == "step":
        boundaries = [round(0.6 * total_steps), round(0.7 * total_steps)]
        values += [rate / 10, rate / 100]
    if warmup_steps:
        return schedules.PiecewiseConstantDecay(
            [warmup_steps, *[max(b, warmup_steps) for b in boundaries]],
            [rate / 10, *values],
        )
    return schedules.PiecewiseConstantDecay(
        boundaries or [total_steps], values if boundaries else [rate, rate]
    )


class _GlobalGradients:
    """Regularises and clips the gradient of the global batch.

    Keras' own optimisers clip the gradient of every replica before summation,
    and Keras' SGD has no L2 term.
    """

    def __init__(self, *args: Any, l2: float, clip_norm: float, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._l2 = l2
        self._clip_norm = clip_norm

    def apply(self, grads: Any, trainable_variables: Any = None) -> None:
        """Updates variables, given this replica's share of the gradients."""
        context = tf.distribute.get_replica_context()
        replicas = context.num_replicas_in_sync
        if replicas > 1:
            grads = context.all_reduce(tf.distribute.ReduceOp.SUM, grads)
        if self._l2:
            grads = [
                grad
                if variable.name in _UNDECAYED
                else grad + self._l2 * variable.value
                for grad, variable in zip(
                    grads, trainable_variables, strict=True
                )
            ]
        if self._clip_norm:
            grads, _ = tf.clip_by_global_norm(grads, self._clip_norm)
        # Keras sums over the replicas once more.
        super().apply([g / replicas for g in grads], trainable_variables)  # type: ignore[misc]


class _SGD(_GlobalGradients, keras.optimizers.SGD):
    pass


class _AdamW(_GlobalGradients, keras.optimizers.AdamW):
    pass


def make_optimizer(
    config: Config,
    total_steps: int,
    pretrained: Sequence[keras.Variable] = (),
) -> keras.optimizers.Optimizer:
    """Builds the optimiser of a run, with loss scaling under float16.

    AdamW decays weights independently of the gradient. SGD with momentum adds
    an L2 term to the gradient, as Caffe and the paper do. `clip_norm` bounds
    the global norm of the gradient.

    Args:
        config: the run's configuration.
        total_steps: length of the schedule.
        pretrained: variables whose learning rate is multiplied by
            `backbone_learning_rate`; AdamW does not decay them, which would
            pull them away from their pretrained values.
    """
    rate = make_schedule(config, total_steps)
    if config.optimizer == "sgd":
        optimizer = _SGD(
            rate,
            momentum=config.momentum,
            l2=config.weight_decay,
            clip_norm=config.clip_norm,
            name="sgd",
        )
    else:
        optimizer = _AdamW(
            rate,
            weight_decay=config.weight_decay,
            l2=0.0,
            clip_norm=config.clip_norm,
            name="adamw",
        )
        optimizer.exclude_from_weight_decay(
            var_list=list(pretrained), var_names=_UNDECAYED
        )
    if pretrained:
        factor = config.backbone_learning_rate
        keras_internals.scale_learning_rate(optimizer, pretrained, factor)
    if config.precision == "mixed_float16":
        return keras.optimizers.LossScaleOptimizer(optimizer)
    return optimizer
