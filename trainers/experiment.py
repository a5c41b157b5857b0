"""One run from a configuration: trains, evaluates, or both."""

import contextlib
import tempfile

import keras
import tensorflow as tf

from tf_dnnh import files
from tf_dnnh.locking import locked
from tf_dnnh.runs.run_folder import RunFolder
from tf_dnnh.stopping import StopRequests
from trainers.cluster import naming_lost_workers
from trainers.config import Config, ConfigError
from trainers.evaluator import evaluate
from trainers.job import make_job
from trainers.run_data import load_run_data
from trainers.strategy import is_chief, make_strategy, split_cpu
from trainers.training import train


def run(config: Config, mode: str, stop: StopRequests) -> None:
    """Trains, evaluates, or both, and writes the run folder.

    Args:
        config: the run's configuration.
        mode: `train_and_eval`, `train` or `eval`.
        stop: raises `Stopped` on a signal.

    Raises:
        ConfigError, DataError, RunError: the command cannot be carried out.
        TrainingError, OSError: the run could not be finished.
        Stopped: a signal stopped the run; its progress is saved.
    """
    folder = prepare_folder(config)
    split_cpu(config.logical_devices)
    strategy = make_strategy(config.strategy)
    # TensorFlow may have replaced the handlers of signals.
    stop.reinstall()
    chief = is_chief(strategy)
    writing = locked(folder.path) if chief else contextlib.nullcontext()
    with writing, naming_lost_workers(strategy):
        _run(config, mode, stop, folder, strategy, chief)


def _run(
    config: Config,
    mode: str,
    stop: StopRequests,
    folder: RunFolder,
    strategy: tf.distribute.Strategy,
    chief: bool,
) -> None:
    if chief:
        files.sweep(folder.path)
    keras.utils.set_random_seed(config.seed)
    if config.deterministic:
        tf.config.experimental.enable_op_determinism()
    dataset, split = load_run_data(config)
    if mode != "eval":
        job = make_job(config, folder, dataset, split, strategy, chief)
        train(job, stop)
    if mode != "train" and chief:
        evaluate(config, folder, dataset, split)


def prepare_folder(config: Config) -> RunFolder:
    """Creates the run folder, or accepts one of the same configuration.

    Raises:
        ConfigError: the folder cannot be written to, or belongs to a run of
            another configuration.
        RunError: its configuration cannot be read.
    """
    folder = RunFolder(config.run_folder)
    try:
        folder.path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder.path):
            pass
    except OSError as error:
        raise ConfigError(
            f"`--workdir` {folder.path} cannot be written to "
            f"({error.strerror}); choose another one."
        ) from error
    if folder.has("config.json"):
        present = Config.from_json(folder.read_config())
        differences = config.differences(present)
        if differences:
            raise ConfigError(
                f"`--workdir` {folder.path} holds a run of another "
                f"configuration ({'; '.join(differences)}); choose another "
                "--workdir or the same settings."
            )
    return folder
