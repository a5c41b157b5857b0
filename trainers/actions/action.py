"""The interface of the controller's actions."""

import dataclasses

from tf_dnnh.runs.run_folder import EpochRecord


@dataclasses.dataclass(frozen=True)
class Call:
    """One run of the inner loop.

    Attributes:
        epoch: its epoch, counted from 1.
        step: number of finished steps.
        total: number of steps of the whole training.
        seconds: its duration.
        metrics: means over its steps.
        stopping: whether training stops after this call, on a signal; known
            once it is time to save.
    """

    epoch: int
    step: int
    total: int
    seconds: float
    metrics: dict[str, float]
    stopping: bool = False


class Action:
    """Does nothing; each action overrides the methods that it needs.

    An action restores its state after a restart, from the checkpoint or from
    a file about the finished epochs.
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
        """Called last, once a checkpoint would hold a consistent state."""
