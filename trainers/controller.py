"""The outer loop: epochs, validation, checkpoints, history, alarms.

What makes a resumed run equal an uninterrupted one: the batches of an epoch
are a pure function of (seed, epoch), and the iterator starts at the restored
step; an epoch ends with validation, the kept model and the history row, in
this order, before the next checkpoint may be written.
"""

import pathlib
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from tf_dnnh.runs.history import EpochRecord, read_history, write_history
from tf_dnnh.stopping import StopRequests
from trainers import alarm
from trainers.checkpoints import Checkpoints
from trainers.config import Config
from trainers.trainer import Trainer


class Controller:
    """Drives a trainer through the epochs of a run.

    Args:
        config: of the run.
        trainer: takes the steps.
        checkpoints: keeps the state.
        batches: `step -> iterator` over distributed batches from that step.
        steps_per_epoch: how many steps make an epoch.
        validate: `() -> (average precisions [n], 0/1 bits [n, bits])` of the
            validation images; None trains to the end, choosing no model.
        on_epoch: receives every new record, and the validation bits if any.
        history: the file that receives the records; None writes none.
    """

    def __init__(
        self,
        config: Config,
        trainer: Trainer,
        checkpoints: Checkpoints,
        *,
        batches: Callable[[int], Iterator],
        steps_per_epoch: int,
        validate: Callable[[], tuple[np.ndarray, np.ndarray]] | None,
        on_epoch: Callable[[EpochRecord, np.ndarray | None], None],
        history: pathlib.Path | None,
    ) -> None:
        self._config = config
        self._trainer = trainer
        self._checkpoints = checkpoints
        self._batches = batches
        self._steps_per_epoch = steps_per_epoch
        self._validate = validate
        self._on_epoch = on_epoch
        self._history = history
        self._saved_at = time.monotonic()
        self._records: list[EpochRecord] = []
        self._sums = np.zeros(4)  # steps, loss, active share, seconds
        self._warned = False

    def train(self, stop: StopRequests) -> None:
        """Trains from the restored step to the last epoch.

        Raises:
            Stopped: after saving, when a signal asked for it.
            TrainingError: when the loss is not finite; the last checkpoint
                stays.
        """
        step, total = self._step(), self._steps_per_epoch * self._config.epochs
        images = self._config.batch_size
        self._records = read_history(
            self._history, epochs=step // self._steps_per_epoch
        )
        with (
            stop.deferred(),
            tqdm(
                total=total * images,
                initial=step * images,
                unit="img",
                unit_scale=True,
                disable=None,
            ) as progress,
        ):
            batches = self._batches(step) if step < total else iter(())
            while step < total:
                epoch, position = divmod(step, self._steps_per_epoch)
                self._set_epsilon(epoch)
                steps = min(
                    self._config.steps_per_call,
                    self._steps_per_epoch - position,
                )
                self._call(batches, steps, epoch)
                step += steps
                progress.update(steps * images)
                if position + steps == self._steps_per_epoch:
                    self._end_epoch(epoch + 1, progress)
                self._maybe_save(stop, step, total)

    def _step(self) -> int:
        return int(self._trainer.step.numpy())

    def _set_epsilon(self, epoch: int) -> None:
        epsilon = epsilon_at(self._config, epoch)
        self._trainer.model.threshold.epsilon.assign(epsilon)

    def _call(self, batches: Iterator, steps: int, epoch: int) -> None:
        """Runs the inner loop once and accounts for it."""
        began = time.monotonic()
        loss, active_share = self._trainer.train(batches, tf.constant(steps))
        seconds = time.monotonic() - began
        alarm.check_finite(float(loss), epoch + 1, self._config.learning_rate)
        self._sums += steps * np.array(
            [1.0, loss.numpy(), active_share.numpy(), seconds / steps]
        )
        self._checkpoints.train_seconds.assign_add(seconds)

    def _end_epoch(self, epoch: int, progress: tqdm) -> None:
        """Validates, keeps the best model and records the epoch."""
        config, (steps, loss, active, seconds) = self._config, self._sums
        self._sums = np.zeros(4)
        score = bits = None
        last = epoch == config.epochs
        if self._validate and (epoch % config.evaluate_every == 0 or last):
            precisions, bits = self._validate()
            score = float(precisions.mean())
            self._checkpoints.keep(precisions, epoch)
        record = EpochRecord(
            epoch=epoch,
            loss=loss / steps,
            active_share=active / steps,
            validation_map=score,
            learning_rate=float(self._trainer.optimizer.learning_rate),
            epsilon=float(self._trainer.model.threshold.epsilon.numpy()),
            images_per_second=steps * config.batch_size / seconds,
        )
        self._records.append(record)
        if self._history:
            write_history(self._history, self._records)
        self._on_epoch(record, bits)
        if bits is not None and epoch > 1:
            self._warn(record, bits, progress)
        shown = {"epoch": epoch, "loss": f"{record.loss:.3f}"}
        if score is not None:
            shown["map"] = f"{score:.3f}"
        progress.set_postfix(shown, refresh=False)

    def _warn(
        self, record: EpochRecord, bits: np.ndarray, progress: tqdm
    ) -> None:
        """Says once that the codes have collapsed, if they have."""
        words = alarm.find_collapse(
            bits,
            record.loss,
            record.active_share,
            self._config.margin,
            self._config.learning_rate,
        )
        if words and not self._warned:
            self._warned = True
            with progress.external_write_mode():
                print(f"warning: {words}", file=sys.stderr)

    def _maybe_save(self, stop: StopRequests, step: int, total: int) -> None:
        elapsed = time.monotonic() - self._saved_at
        due = elapsed >= self._config.checkpoint_seconds
        if due or stop.requested or step == total:
            self._checkpoints.save()
            self._saved_at = time.monotonic()
        stop.check(
            f"at step {step} of {total}; the same command goes on from there"
        )


def epsilon_at(config: Config, epoch: int) -> float:
    """Half-width of the linear band in an epoch, counted from 0."""
    cuts = epoch // config.epsilon_decay_epochs
    return config.epsilon * config.epsilon_decay**cuts
