"""Checkpoints of everything that a resumed run starts from."""

import math
import sys
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from tf_dnnh.runs.run_error import RunError
from trainers.epoch_sums import EpochSums
from trainers.trainer import Trainer


class Checkpoints:
    """Saves and restores a trainer, its epoch, and the selected model.

    TensorFlow writes a checkpoint under a temporary name and points to it
    last, so a run killed at any moment finds its last complete checkpoint. The
    state of dropout's random generators is part of the model's variables.

    Args:
        folder: `checkpoints/` of the run folder.
        trainer: provides the model, the optimiser and the step.
        chief: whether this process writes to the folder. The other workers
            of a cluster read the checkpoints that it writes; no variable is
            spread over the workers, so they take no part in saving.

    Attributes:
        train_seconds: time spent in training, over all restarts.
        sums: of the epoch in progress, see `EpochSums`.
    """

    def __init__(
        self, folder: Path, trainer: Trainer, chief: bool = True
    ) -> None:
        self._model = _values(trainer.model.variables)
        self._kept = [tf.Variable(v, trainable=False) for v in self._model]
        # Highest validation MAP so far, and the selected epoch, from 1.
        self._best_score = tf.Variable(-1.0, dtype=tf.float64, trainable=False)
        self._kept_epoch = tf.Variable(0, dtype=tf.int64, trainable=False)
        self.train_seconds = tf.Variable(0.0, dtype=tf.float64, trainable=False)
        self.sums = EpochSums()
        self._checkpoint = tf.train.Checkpoint(
            model=self._model,
            optimizer=_values(trainer.optimizer.variables),
            step=trainer.step,
            kept=self._kept,
            best_score=self._best_score,
            kept_epoch=self._kept_epoch,
            train_seconds=self.train_seconds,
            sums=self.sums,
        )
        self._folder = folder
        self._chief = chief
        self._manager = tf.train.CheckpointManager(
            self._checkpoint,
            str(folder),
            max_to_keep=2,
            step_counter=trainer.step,
        )

    def restore(self) -> None:
        """Restores the last complete checkpoint, if there is one.

        Raises:
            RunError: there are checkpoints, but all of them are damaged, or
                another version of this package wrote them.
        """
        path = _newest_readable(self._folder)
        if path is None:
            return
        try:
            self._checkpoint.restore(path).assert_consumed()
        except AssertionError as error:
            raise RunError(
                f"{path} was written by another version of this package: "
                "finish the run with that version, or start it in another "
                "--workdir."
            ) from error

    def save(self) -> None:
        """Writes a checkpoint of the current state, if this is the chief."""
        if self._chief:
            self._manager.save()

    @staticmethod
    def record(folder: Path) -> tuple[int, float, int]:
        """Reads the progress of training from the last checkpoint.

        Returns:
            Steps, seconds, and the epoch of the selected model, from 1; zeros
            without a checkpoint, epoch 0 without validation.
        """
        path = _newest_readable(folder)
        if path is None:
            return 0, 0.0, 0
        reader = tf.train.load_checkpoint(path)
        steps, seconds, epoch = (
            reader.get_tensor(f"{name}/.ATTRIBUTES/VARIABLE_VALUE")
            for name in ("step", "train_seconds", "kept_epoch")
        )
        return int(steps), float(seconds), int(epoch)

    def keep(self, precisions: np.ndarray, epoch: int) -> None:
        """Selects the model, unless an earlier one scored clearly higher.

        Clearly means by more than one standard error of the mean. Among models
        that the validation images cannot tell apart, the latest is the most
        settled, while the highest of many scores is mostly luck.

        Args:
            precisions: float [n], average precision of each validation image.
            epoch: the epoch, counted from 1.

        Reference:
            Breiman et al., Classification and Regression Trees, 1984: the
            rule of one standard error.
        """
        score = float(precisions.mean())
        error = float(precisions.std()) / math.sqrt(len(precisions))
        if score + error >= float(self._best_score):
            self._kept_epoch.assign(epoch)
            _copy(self._model, self._kept)
        self._best_score.assign(max(score, float(self._best_score)))

    def use_kept(self) -> None:
        """Copies the selected model's variables back into the model."""
        if int(self._kept_epoch):
            _copy(self._kept, self._model)


def _newest_readable(folder: Path) -> str | None:
    """Returns the newest undamaged checkpoint; None if there is none at all.

    Warns of damaged ones, which a full disk or a crash may leave behind.
    """
    state = tf.train.get_checkpoint_state(str(folder))
    paths = list(state.all_model_checkpoint_paths) if state else []
    for path in reversed(paths):
        try:
            reader = tf.train.load_checkpoint(path)
            for name in reader.get_variable_to_shape_map():
                reader.get_tensor(name)  # Checks its sum, too.
            return path
        except (tf.errors.OpError, IndexError, ValueError) as error:
            print(
                f"warning: the checkpoint {path} is damaged "
                f"({str(error).splitlines()[0]}); using the one before",
                file=sys.stderr,
            )
    if paths:
        raise RunError(
            f"All checkpoints in {folder} are damaged: delete the folder to "
            "train again from the start."
        )
    return None


def _values(variables: Sequence[keras.Variable]) -> list[tf.Variable]:
    return [variable.value for variable in variables]


def _copy(
    sources: Sequence[tf.Variable], targets: Sequence[tf.Variable]
) -> None:
    for source, target in zip(sources, targets, strict=True):
        target.assign(source.read_value())
