"""The precision that `--precision=auto` stands for."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import keras
import tensorflow as tf

from tf_dnnh.runs.run_folder import RunFolder
from trainers.config import Config

# The processor's names for bfloat16 arithmetic.
_INSTRUCTIONS = {"avx512_bf16", "amx_bf16"}


def choose_precision(config: Config, folder: RunFolder) -> Config:
    """Replaces `auto` by a precision.

    A run that exists keeps its own; a new one gets that of `dtype_policy`.

    Args:
        config: the run's configuration.
        folder: the run folder, which may not exist yet.

    Raises:
        RunError: the configuration in the folder cannot be read.
    """
    if config.precision != "auto":
        return config
    if folder.has("config.json"):
        # A run of version 0.1.0 always names its precision, too.
        present = Config.from_json(folder.read_config())
        return config.replace(precision=present.precision)
    return config.replace(precision=dtype_policy(config))


@contextlib.contextmanager
def policy_scope(config: Config) -> Iterator[None]:
    """Lets new layers take the dtype policy of a configuration.

    It ends where they have been made: what this process builds later, such as
    a model of the user's, is not concerned.
    """
    before = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_dtype_policy(dtype_policy(config))
    try:
        yield
    finally:
        keras.mixed_precision.set_dtype_policy(before)


def dtype_policy(config: Config) -> str:
    """Returns the Keras dtype policy of a configuration.

    For `auto` it is mixed_bfloat16 where the processor has instructions for
    it, and float32 elsewhere, on GPUs, and in deterministic runs, whose figures
    should depend on the machine as little as possible.
    """
    if config.precision != "auto":
        return config.precision
    gpus = tf.config.list_physical_devices("GPU")
    if config.deterministic or gpus or not has_bfloat16():
        return "float32"
    return "mixed_bfloat16"


def has_bfloat16(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Returns whether the processor multiplies in bfloat16; Linux only."""
    if not cpuinfo.exists():
        return False
    words = cpuinfo.read_text(encoding="utf-8").split()
    return not _INSTRUCTIONS.isdisjoint(words)
