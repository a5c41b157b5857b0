"""Where a run computes: the distribution strategy behind `--strategy`."""

import json
import os

import tensorflow as tf

from trainers.config import ConfigError


def split_cpu(logical_devices: int) -> None:
    """Presents the CPU as several devices, to try strategies without GPUs.

    Args:
        logical_devices: how many; 0 leaves the CPU whole. Must be called
            before TensorFlow creates its devices.
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
            `mirrored` (all GPUs, or all logical CPUs where there is none),
            `multi_worker` (a process a machine, described by `TF_CONFIG`) or
            `one_device`.

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
        described["cluster"]["worker"][described["task"]["index"]]
    except (ValueError, KeyError, IndexError, TypeError):
        raise ConfigError(
            "`--strategy=multi_worker` reads the cluster from the environment "
            'variable TF_CONFIG, such as {"cluster": {"worker": ["host1:2222", '
            '"host2:2222"]}, "task": {"type": "worker", "index": 0}}. '
            f"Received: {os.environ.get('TF_CONFIG', 'nothing')}"
        ) from None
    return tf.distribute.MultiWorkerMirroredStrategy()


def is_chief(strategy: tf.distribute.Strategy) -> bool:
    """Whether this process writes the run folder's files."""
    resolver = strategy.cluster_resolver
    return resolver is None or not resolver.task_id
