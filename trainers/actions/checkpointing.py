"""Saves checkpoints: regularly, at the end, and before a stop."""

import time

from trainers.actions.action import Action, Call
from trainers.checkpoints import Checkpoints


class Checkpointing(Action):
    """Saves a checkpoint every few seconds.

    Args:
        checkpoints: saves the state and counts the time spent in training.
        every: seconds between two checkpoints.
    """

    def __init__(self, checkpoints: Checkpoints, every: float) -> None:
        self._checkpoints = checkpoints
        self._every = every
        self._saved_at = time.monotonic()

    def end_call(self, call: Call) -> None:
        """Adds to the time spent in training."""
        self._checkpoints.train_seconds.assign_add(call.seconds)

    def save(self, call: Call) -> None:
        """Saves if a checkpoint is due, or no call follows."""
        due = time.monotonic() - self._saved_at >= self._every
        if due or call.stopping or call.step == call.total:
            self._checkpoints.save()
            self._saved_at = time.monotonic()
