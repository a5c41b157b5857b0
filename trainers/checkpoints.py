"""Everything a resumed run starts from, in one checkpoint."""

import math
import pathlib
import tempfile
from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf

from trainers.strategy import is_chief
from trainers.trainer import Trainer


class Checkpoints:
    """Saves and restores a trainer and the model to be kept.

    TensorFlow writes a checkpoint under a temporary name and points to it
    last, so a run killed at any moment finds its last whole checkpoint. The
    state of dropout's random generators is part of the model's variables.

    Args:
        folder: `checkpoints/` of the run folder.
        trainer: whose model, optimiser and step are saved.

    Attributes:
        best_score: highest validation MAP so far, -1 before the first.
        kept_epoch: epoch of the kept model, from 1; 0 before the first.
        train_seconds: time spent in training, over all restarts.
    """

    def __init__(self, folder: pathlib.Path, trainer: Trainer) -> None:
        self._model = _values(trainer.model.variables)
        self._kept = [tf.Variable(v, trainable=False) for v in self._model]
        self.best_score = tf.Variable(-1.0, dtype=tf.float64, trainable=False)
        self.kept_epoch = tf.Variable(0, dtype=tf.int64, trainable=False)
        self.train_seconds = tf.Variable(0.0, dtype=tf.float64, trainable=False)
        self._checkpoint = tf.train.Checkpoint(
            model=self._model,
            optimizer=_values(trainer.optimizer.variables),
            step=trainer.step,
            kept=self._kept,
            best_score=self.best_score,
            kept_epoch=self.kept_epoch,
            train_seconds=self.train_seconds,
        )
        self._folder = folder
        self._manager = tf.train.CheckpointManager(
            self._checkpoint,
            # Every worker takes part in saving, the chief's files count.
            str(folder if is_chief(trainer.strategy) else tempfile.mkdtemp()),
            max_to_keep=2,
            step_counter=trainer.step,
        )

    def restore(self) -> bool:
        """Restores the last whole checkpoint; False where there is none."""
        path = tf.train.latest_checkpoint(str(self._folder))
        if path is None:
            return False
        self._checkpoint.restore(path).assert_consumed()
        return True

    def save(self) -> None:
        """Writes a checkpoint of this moment."""
        self._manager.save()

    @staticmethod
    def record(folder: pathlib.Path) -> tuple[int, float, int]:
        """What the last checkpoint says of the training.

        Returns:
            Steps, seconds, and the epoch whose model was kept; zeros where
            there is no checkpoint, or nothing was validated.
        """
        path = tf.train.latest_checkpoint(str(folder))
        if path is None:
            return 0, 0.0, 0
        reader = tf.train.load_checkpoint(path)
        steps, seconds, epoch = (
            reader.get_tensor(f"{name}/.ATTRIBUTES/VARIABLE_VALUE")
            for name in ("step", "train_seconds", "kept_epoch")
        )
        return int(steps), float(seconds), int(epoch)

    def keep(self, precisions: np.ndarray, epoch: int) -> None:
        """Remembers the model, unless an earlier one scored clearly higher.

        Clearly is by more than one standard error of the mean. Of models that
        the validation images cannot tell apart, the latest is the most
        settled, and the highest of many mostly the luckiest.

        Args:
            precisions: average precision of every validation image [n].
            epoch: of the model, counted from 1.

        Reference:
            Breiman et al., Classification and Regression Trees, 1984: the
            rule of one standard error.
        """
        score = float(precisions.mean())
        error = float(precisions.std()) / math.sqrt(len(precisions))
        if score + error >= float(self.best_score):
            self.kept_epoch.assign(epoch)
            _copy(self._model, self._kept)
        self.best_score.assign(max(score, float(self.best_score)))

    def use_kept(self) -> None:
        """Puts the kept model's variables into the model."""
        if int(self.kept_epoch):
            _copy(self._kept, self._model)


def _values(variables: Sequence[keras.Variable]) -> list[tf.Variable]:
    return [variable.value for variable in variables]


def _copy(
    sources: Sequence[tf.Variable], targets: Sequence[tf.Variable]
) -> None:
    for source, target in zip(sources, targets, strict=True):
        target.assign(source.read_value())
