"""Optimisers and learning-rate schedules of a run."""

from collections.abc import Sequence
from typing import Any

import keras

from trainers.config import Config

# Biases, normalisation scales and offsets carry no weight decay.
UNDECAYED = ["bias", "gamma", "beta"]


def make_schedule(
    config: Config, total_steps: int
) -> keras.optimizers.schedules.LearningRateSchedule:
    """Warm-up over `warmup_fraction` of the run, then the named schedule.

    `cosine` falls to zero at the last step; `step` divides by ten at 60 % and
    70 % of the run, as the public reproduction of the paper does; `constant`
    stays.
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


def make_optimizer(
    config: Config,
    total_steps: int,
    slow: Sequence[keras.Variable] = (),
) -> keras.optimizers.Optimizer:
    """The optimiser of a run, wrapped for loss scaling under float16.

    AdamW decays weights apart from the gradient. SGD with momentum takes its
    decay as an L2 term in the gradient, as Caffe and the paper do; the trainer
    adds it. The variables `slow` take steps of `trunk_learning_rate` times the
    length, and AdamW does not decay them: they know more than zeros do.
    """
    rate = make_schedule(config, total_steps)
    if config.optimizer == "sgd":
        optimizer = keras.optimizers.SGD(rate, momentum=config.momentum)
    else:
        optimizer = keras.optimizers.AdamW(
            rate, weight_decay=config.weight_decay
        )
        optimizer.exclude_from_weight_decay(
            var_list=list(slow), var_names=UNDECAYED
        )
    if slow:
        _slow_down(optimizer, slow, config.trunk_learning_rate)
    if config.precision == "mixed_float16":
        return keras.optimizers.LossScaleOptimizer(optimizer)
    return optimizer


def _slow_down(
    optimizer: keras.optimizers.Optimizer,
    variables: Sequence[keras.Variable],
    factor: float,
) -> None:
    """Multiplies the learning rate of some variables.

    Not their gradients: AdamW's steps do not depend on a gradient's scale.
    """
    # Keras' own key of a variable: a step may see one device's copy of it.
    keys = {optimizer._var_key(variable) for variable in variables}
    update = optimizer.update_step

    def update_step(gradient: Any, variable: Any, learning_rate: Any) -> None:
        if optimizer._var_key(variable) in keys:
            learning_rate = learning_rate * factor
        update(gradient, variable, learning_rate)

    optimizer.update_step = update_step
