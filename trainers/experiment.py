"""One run from a configuration: trains, evaluates, or both."""

import contextlib
import sys

import keras
import tensorflow as tf

from tf_dnnh import commands, files
from tf_dnnh.data import Split
from tf_dnnh.data.split import hashes_agree
from tf_dnnh.locking import locked
from tf_dnnh.runs.run_error import RunError
from tf_dnnh.runs.run_folder import RunFolder
from tf_dnnh.stopping import StopRequests
from trainers.cluster import naming_lost_workers
from trainers.config import Config, ConfigError, read_config
from trainers.evaluator import evaluate
from trainers.job import make_job
from trainers.precision import choose_precision
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
    config = choose_precision(config, RunFolder(config.run_folder))
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
    check_split(folder, split)
    if mode != "eval":
        job = make_job(config, folder, dataset, split, strategy, chief)
        train(job, stop)
    if mode != "train" and chief:
        evaluate(config, folder, dataset, split)


def prepare_folder(config: Config) -> RunFolder:
    """Creates the run folder, or accepts one of the same configuration.

    Raises:
        ConfigError: the folder belongs to a run of another configuration.
        WrongCommandError: it cannot be written to.
        RunError: its configuration cannot be read.
    """
    folder = RunFolder(config.run_folder)
    commands.prepare_folder(folder.path, "workdir")
    if folder.has("config.json"):
        present = read_config(folder)
        differences = config.differences(present)
        if differences:
            raise ConfigError(
                f"`--workdir` {folder.path} holds a run of another "
                f"configuration ({'; '.join(differences)}); choose another "
                "--workdir or the same settings."
            )
        if config.epochs > present.epochs and folder.has("model.keras"):
            print(
                f"note: training continues from {present.epochs} to "
                f"{config.epochs} epochs; its result differs slightly from "
                "that of one training, whose learning rate falls once.",
                file=sys.stderr,
            )
    return folder


def check_split(folder: RunFolder, split: Split) -> None:
    """Compares the split of the data with the one that the run began with.

    Raises:
        RunError: `split.json` is damaged, was edited, or names other images.
    """
    if not folder.has("split.json"):
        return
    stored = folder.read_split()
    path = folder.path / "split.json"
    if not hashes_agree(stored):
        raise RunError(
            f"{path} does not match its own SHA-256: it was changed after it "
            "was written; restore it, or choose another --workdir."
        )
    if stored["sha256"] != split.sha256():
        raise RunError(
            f"The images have changed since {path} was written, so that "
            "queries would be mixed with training images: use the same "
            "images, or choose another --workdir."
        )
