"""The outer loop of training: calls of the inner loop, epochs and actions.

A resumed run equals an uninterrupted one because the batches of an epoch are a
pure function of (seed, epoch), because the iterator starts at the restored
step, because the checkpoint holds the sums of an unfinished epoch, and because
all actions at the end of an epoch are called before the next checkpoint may be
written.
"""

import dataclasses
import time
from collections.abc import Callable, Iterator, Sequence

import tensorflow as tf
from tqdm import tqdm

from tf_dnnh.runs.run_folder import EpochRecord
from tf_dnnh.stopping import StopRequests
from trainers.actions.action import Action, Call
from trainers.config import Config
from trainers.epoch_sums import EpochSums
from trainers.trainer import Trainer


class Controller:
    """Drives a trainer through the epochs of a run.

    Args:
        config: the run's configuration.
        trainer: runs the inner loop.
        actions: called in this order.
        batches: `step -> iterator` over distributed batches from that step.
        steps_per_epoch: number of steps per epoch.
        sums: of the restored epoch. Default: none.
        agree: tells whether a signal reached any process of the run, when
            called with whether it reached this one. Default: its argument.
        description: label of the progress bar.
    """

    def __init__(
        self,
        config: Config,
        trainer: Trainer,
        actions: Sequence[Action],
        *,
        batches: Callable[[int], Iterator],
        steps_per_epoch: int,
        sums: EpochSums | None = None,
        agree: Callable[[bool], bool] = bool,
        description: str | None = None,
    ) -> None:
        self._config = config
        self._trainer = trainer
        self._actions = actions
        self._batches = batches
        self._steps_per_epoch = steps_per_epoch
        self._total = steps_per_epoch * config.epochs
        self._description = description
        self._sums = sums or EpochSums()
        self._agree = agree

    def train(self, stop: StopRequests) -> None:
        """Trains from the restored step to the last epoch.

        Raises:
            Stopped: on a signal, after saving.
            TrainingError: the loss is not finite; the last checkpoint stays.
        """
        step = int(self._trainer.step.numpy())
        if step == self._total:
            return
        # Before signals are deferred: filling a cache may take hours.
        batches = self._batches(step)
        images = self._config.batch_size
        with (
            stop.deferred(),
            tqdm(
                desc=self._description,
                total=self._total * images,
                initial=step * images,
                unit="img",
                unit_scale=True,
                disable=None,
            ) as progress,
        ):
            begun = -1
            while step < self._total:
                epoch = step // self._steps_per_epoch
                if begun != epoch:
                    begun = epoch
                    for action in self._actions:
                        action.begin_epoch(epoch)
                call = self._call(batches, step)
                progress.update((call.step - step) * images)
                step = call.step
                if step % self._steps_per_epoch == 0:
                    shown = self._end_epoch(call.epoch)
                    progress.set_postfix(shown, refresh=False)
                stopping = self._agree(stop.requested)
                call = dataclasses.replace(call, stopping=stopping)
                for action in self._actions:
                    action.save(call)
                if stopping:
                    stop.end(
                        f"at step {step} of {self._total}; the same command "
                        "resumes from there"
                    )

    def _call(self, batches: Iterator, step: int) -> Call:
        """Runs the inner loop once, at most to the end of the epoch."""
        left = self._steps_per_epoch - step % self._steps_per_epoch
        steps = min(self._config.steps_per_call, left)
        began = time.monotonic()
        means = self._trainer.train(batches, tf.constant(steps))
        metrics = {name: float(mean.numpy()) for name, mean in means.items()}
        call = Call(
            epoch=step // self._steps_per_epoch + 1,
            step=step + steps,
            total=self._total,
            seconds=time.monotonic() - began,
            metrics=metrics,
        )
        self._sums.add(steps, call)
        for action in self._actions:
            action.end_call(call)
        return call

    def _end_epoch(self, epoch: int) -> dict[str, str]:
        """Records the epoch; returns the values for the progress bar."""
        record = self._record(epoch)
        for action in self._actions:
            action.end_epoch(epoch, record)
        self._sums.clear()
        shown = {"epoch": str(epoch), "loss": f"{record['loss']:.3f}"}
        if record["validation_map"] is not None:
            shown["map"] = f"{record['validation_map']:.3f}"
        return shown

    def _record(self, epoch: int) -> EpochRecord:
        """Returns the epoch's row of the history, without validation MAP."""
        sums, trainer = self._sums, self._trainer
        images = sums.steps * self._config.batch_size
        return {
            "epoch": epoch,
            **sums.means(),
            "validation_map": None,
            "learning_rate": float(trainer.optimizer.learning_rate),
            "epsilon": float(trainer.model.threshold.epsilon.numpy()),
            "images_per_second": images / sums.seconds,
        }
