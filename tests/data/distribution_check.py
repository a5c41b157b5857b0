"""Prints whether two replicas get the halves of every batch, in order.

A separate program, because TensorFlow's devices are fixed at its first use.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

from tests.data import toy
from tf_dnnh.data import AugmentConfig, training_batches


def main() -> None:
    dataset = toy.toy(np.arange(40) % 4)
    (cpu,) = tf.config.list_physical_devices("CPU")
    tf.config.set_logical_device_configuration(
        cpu, [tf.config.LogicalDeviceConfiguration()] * 2
    )
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    stream = training_batches(
        dataset,
        np.random.default_rng(0).permutation(40).reshape(5, 8),
        (8, 8),
        augmentation=AugmentConfig(flip=True, brightness=20),
    )
    halves = strategy.experimental_distribute_dataset(stream)
    steps = 0
    for (images, labels), parts in zip(stream, halves, strict=True):
        split_images = strategy.experimental_local_results(parts[0])
        split_labels = strategy.experimental_local_results(parts[1])
        assert [len(part) for part in split_images] == [4, 4]
        np.testing.assert_array_equal(tf.concat(split_images, 0), images)
        np.testing.assert_array_equal(tf.concat(split_labels, 0), labels)
        steps += 1
    print(f"{steps} steps equal")


if __name__ == "__main__":
    main()
