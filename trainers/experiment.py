"""One run from a configuration: builds the parts, trains, evaluates."""

import pathlib
import tempfile

import keras
import tensorflow as tf

from tf_dnnh.stopping import StopRequests
from trainers.config import Config, ConfigError
from trainers.evaluator import evaluate
from trainers.run_data import load_run_data
from trainers.strategy import is_chief, make_strategy, split_cpu
from trainers.training import train


def run(config: Config, mode: str, stop: StopRequests) -> None:
    """Trains, evaluates, or both, and leaves the run folder behind.

    Args:
        config: of the run.
        mode: `train_and_eval`, `train` or `eval`.
        stop: tells when a signal asks to stop.

    Raises:
        ConfigError, DataError: the command cannot be carried out.
        TrainingError, OSError: it could not be finished.
        Stopped: a signal ended it; everything is saved.
    """
    workdir = prepare_workdir(config)
    split_cpu(config.logical_devices)
    strategy = make_strategy(config.strategy)
    keras.utils.set_random_seed(config.seed)
    if config.deterministic:
        tf.config.experimental.enable_op_determinism()
    dataset, split = load_run_data(config)
    if mode != "eval":
        train(config, workdir, dataset, split, strategy, stop)
    if mode != "train" and is_chief(strategy):
        evaluate(config, workdir, dataset, split)


def prepare_workdir(config: Config) -> pathlib.Path:
    """Creates the run folder, or accepts one of the same configuration.

    Raises:
        ConfigError: it cannot be written to, or it belongs to a run that
            computes something else.
    """
    workdir = config.run_folder
    try:
        workdir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=workdir):
            pass
    except OSError as error:
        raise ConfigError(
            f"`--workdir` {workdir} cannot be written to ({error.strerror}); "
            "choose another one."
        ) from error
    path = workdir / "config.json"
    if path.exists():
        differences = config.differences(Config.from_file(path))
        if differences:
            raise ConfigError(
                f"`--workdir` {workdir} holds a run of another configuration "
                f"({'; '.join(differences)}); choose another --workdir or "
                "the same settings."
            )
    return workdir
