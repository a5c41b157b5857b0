"""The distribution strategy behind `--strategy`."""

import json
import os

import tensorflow as tf

from trainers.config import ConfigError


def split_cpu(logical_devices: int) -> None:
    """Splits the CPU into several devices, to try strategies without GPUs.

    Must be called before TensorFlow creates its devices.

    Args:
        logical_devices: number of devices; 0 leaves the CPU whole.
    """
    if logical_devices:
        (cpu,) = tf.config.list_physical_devices("CPU")
        tf.config.set_logical_device_configuration(
            cpu, [tf.config.LogicalDeviceConfiguration()] * logical_devices
        )


def make_strategy(name: str) -> tf.distribute.Strategy:
    """Builds the strategy called `name`.

    Args:
        name: `auto` (mirrored over several GPUs, otherwise one device),
            `mirrored` (all GPUs, or all logical CPUs if there is none),
            `multi_worker` (one process per machine, described by
            `TF_CONFIG`) or `one_device`.

    Raises:
        ConfigError: `multi_worker` without a usable `TF_CONFIG`.
    """
    # Before anything else: workers must connect at program start.
    if name == "multi_worker":
        return _multi_worker_strategy()
    gpus = [gpu.name for gpu in tf.config.list_logical_devices("GPU")]
    cpus = [cpu.name for cpu in tf.config.list_logical_devices("CPU")]
    if name == "mirrored" or (name == "auto" and len(gpus) > 1):
        return tf.distribute.MirroredStrategy(gpus or cpus)
    return tf.distribute.OneDeviceStrategy((gpus or cpus)[0])


def _multi_worker_strategy() -> tf.distribute.Strategy:
    try:
        described = json.loads(os.environ.get("TF_CONFIG", ""))
        task = described["task"]
        addresses = described["cluster"][task["type"]]
        range(len(addresses)).index(task["index"])
    except (ValueError, KeyError, IndexError, TypeError):
        raise ConfigError(
            "`--strategy=multi_worker` reads the cluster from the environment "
            'variable TF_CONFIG, such as {"cluster": {"worker": ["host1:2222", '
            '"host2:2222"]}, "task": {"type": "worker", "index": 0}}. '
            f"Received: {os.environ.get('TF_CONFIG', 'nothing')}"
        ) from None
    return tf.distribute.MultiWorkerMirroredStrategy()


def is_chief(strategy: tf.distribute.Strategy) -> bool:
    """Returns whether this process writes the files of the run.

    That is the cluster's `chief`, or worker 0 of a cluster without one.
    """
    resolver = strategy.cluster_resolver
    if resolver is None:
        return True
    if "chief" in resolver.cluster_spec().jobs:
        return resolver.task_type == "chief"
    return not resolver.task_id
