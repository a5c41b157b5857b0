"""Everything a resumed run starts from, in one checkpoint."""

import pathlib
import tempfile
from collections.abc import Sequence

import keras
import tensorflow as tf

from trainers.strategy import is_chief
from trainers.trainer import Trainer


class Checkpoints:
    """Saves and restores a trainer and the best model seen so far.

    TensorFlow writes a checkpoint under a temporary name and points to it
    last, so a run killed at any moment finds its last whole checkpoint. The
    state of dropout's random generators is part of the model's variables.

    Args:
        folder: `checkpoints/` of the run folder.
        trainer: whose model, optimiser and step are saved.

    Attributes:
        best_score: validation MAP of the best model, -1 before the first.
        best_epoch: its epoch, counted from 1; 0 before the first.
        train_seconds: time spent in training, over all restarts.
    """

    def __init__(self, folder: pathlib.Path, trainer: Trainer) -> None:
        self._model = _values(trainer.model.variables)
        self._best = [tf.Variable(v, trainable=False) for v in self._model]
        self.best_score = tf.Variable(-1.0, dtype=tf.float64, trainable=False)
        self.best_epoch = tf.Variable(0, dtype=tf.int64, trainable=False)
        self.train_seconds = tf.Variable(0.0, dtype=tf.float64, trainable=False)
        self._checkpoint = tf.train.Checkpoint(
            model=self._model,
            optimizer=_values(trainer.optimizer.variables),
            step=trainer.step,
            best=self._best,
            best_score=self.best_score,
            best_epoch=self.best_epoch,
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
    def effort(folder: pathlib.Path) -> tuple[int, float]:
        """Steps and seconds of training that the last checkpoint records."""
        path = tf.train.latest_checkpoint(str(folder))
        if path is None:
            return 0, 0.0
        reader = tf.train.load_checkpoint(path)
        suffix = ".ATTRIBUTES/VARIABLE_VALUE"
        steps = reader.get_tensor(f"step/{suffix}")
        return int(steps), float(reader.get_tensor(f"train_seconds/{suffix}"))

    def keep_best(self, score: float, epoch: int) -> None:
        """Remembers the model if none scored higher; the later wins a tie."""
        if score >= float(self.best_score):
            self.best_score.assign(score)
            self.best_epoch.assign(epoch)
            _copy(self._model, self._best)

    def use_best(self) -> None:
        """Puts the best model's variables into the model."""
        if int(self.best_epoch):
            _copy(self._best, self._model)


def _values(variables: Sequence[keras.Variable]) -> list[tf.Variable]:
    return [variable.value for variable in variables]


def _copy(
    sources: Sequence[tf.Variable], targets: Sequence[tf.Variable]
) -> None:
    for source, target in zip(sources, targets, strict=True):
        target.assign(source.read_value())
