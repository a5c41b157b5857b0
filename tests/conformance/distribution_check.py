"""Runs everything on two replicas and on one device; prints differences.

A separate program, because TensorFlow's devices are fixed at its first use.
The output is JSON: the largest difference by name.
"""

import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf

from tests.conformance import public


def two_replicas() -> tf.distribute.Strategy:
    """Splits the CPU into two devices and returns a strategy over both."""
    tf.config.set_logical_device_configuration(
        tf.config.list_physical_devices("CPU")[0],
        [tf.config.LogicalDeviceConfiguration()] * 2,
    )
    return tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])


def run_on_halves(
    strategy: tf.distribute.Strategy, function, inputs: list[np.ndarray]
) -> list[tf.Tensor]:
    """Gives each replica its half of the batch and returns their outputs."""

    def half(context: tf.distribute.ReplicaContext) -> list[tf.Tensor]:
        index = context.replica_id_in_sync_group
        return [
            tf.constant(np.split(array, 2)[index], dtype=array.dtype)
            for array in inputs
        ]

    values = [
        strategy.experimental_distribute_values_from_function(
            lambda context, i=i: half(context)[i]
        )
        for i in range(len(inputs))
    ]
    outputs = tf.function(lambda *x: strategy.run(function, x))(*values)
    return list(strategy.experimental_local_results(outputs))


def layer_difference(
    strategy: tf.distribute.Strategy, case: public.Case
) -> float:
    """Compares outputs and updated weights of a training call.

    Returns:
        The largest difference, as a share of the largest value.
    """
    one = case.make()
    case.call(one)
    with strategy.scope():
        several = case.make()
        case.call(several)
    several.set_weights(one.get_weights())
    training = (
        {"training": True}
        if isinstance(one, keras.Model | keras.layers.BatchNormalization)
        else {}
    )
    outputs = run_on_halves(
        strategy, lambda x: several(x, **training), list(case.inputs.values())
    )
    pairs = [(tf.concat(outputs, axis=0), case.call(one, **training))]
    pairs += zip(several.get_weights(), one.get_weights(), strict=True)
    return max(
        float(np.abs(a - b).max() / max(1.0, np.abs(b).max())) for a, b in pairs
    )


def loss_difference(
    strategy: tf.distribute.Strategy, case: public.Case
) -> float:
    """Compares the sum over replicas with the mean of both halves' losses."""
    with strategy.scope():
        loss = case.make()
    inputs = list(case.inputs.values())
    parts = run_on_halves(strategy, loss, inputs)
    one = case.make()
    halves = zip(*(np.split(array, 2) for array in inputs), strict=True)
    return abs(float(sum(parts)) - np.mean([one(*half) for half in halves]))


def main() -> None:
    """Prints the differences."""
    strategy = two_replicas()
    differences = {
        name: layer_difference(strategy, case)
        for cases in (public.LAYERS, public.BACKBONES, public.MODELS)
        for name, case in cases.items()
    }
    for name, case in public.LOSSES.items():
        differences[name] = loss_difference(strategy, case)
    print(json.dumps({k: float(v) for k, v in differences.items()}))


if __name__ == "__main__":
    main()
