"""The moments of a training at which the controller's actions are called."""

import dataclasses

from tf_dnnh.runs.run_folder import EpochRecord


@dataclasses.dataclass(frozen=True)
class Call:
    """One run of the inner loop.

    Attributes:
        epoch: its epoch, counted from 1.
        step: number of finished steps.
        total: number of steps of the whole training.
        seconds: time that it took.
        metrics: means over its steps.
        stopping: whether a signal has asked to stop.
    """

    epoch: int
    step: int
    total: int
    seconds: float
    metrics: dict[str, float]
    stopping: bool


class Action:
    """Does nothing; each action overrides the moments that it needs.

    Whatever an action keeps must be found again after a restart: in the
    checkpoint, or in a file that belongs to a finished epoch.
    """

    def begin_epoch(self, epoch: int) -> None:
        """Called before the first step of an epoch, and after a restart.

        Args:
            epoch: counted from 0.
        """

    def end_call(self, call: Call) -> None:
        """Called after every run of the inner loop."""

    def end_epoch(self, epoch: int, record: EpochRecord) -> None:
        """Called after the last step of an epoch.

        Args:
            epoch: counted from 1.
            record: columns of the history, which actions may fill in.
        """

    def save(self, call: Call) -> None:
        """Called last, when a checkpoint would hold a consistent state."""
