"""Versions of the software that a run's figures depend on."""

import importlib.metadata
import os
import pathlib
import platform

from tf_dnnh.version import __version__

_PACKAGES = ("tensorflow", "keras", "numpy", "tensorflow-datasets")


def versions() -> dict[str, str]:
    """Returns the versions of this package, Python and main dependencies."""
    return {
        "tf_dnnh": __version__,
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in _PACKAGES},
    }


def machine() -> str:
    """Describes the machine in a few words: processor, cores, GPUs."""
    import tensorflow as tf

    gpus = [
        tf.config.experimental.get_device_details(gpu).get("device_name", "GPU")
        for gpu in tf.config.list_physical_devices("GPU")
    ]
    cores = f"{os.cpu_count()} cores"
    return ", ".join([_processor(), cores, *gpus])


def _processor() -> str:
    cpus = pathlib.Path("/proc/cpuinfo")
    if cpus.is_file():
        for line in cpus.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
