"""Saves checkpoints: regularly, at the end, and before a stop."""

import time

from trainers.actions.action import Action, Call
from trainers.checkpoints import Checkpoints


class Checkpointing(Action):
    """Saves a checkpoint every few seconds.

    Args:
        checkpoints: saves them, and adds up the time spent in training.
        every: seconds between two.
    """

    def __init__(self, checkpoints: Checkpoints, every: float) -> None:
        self._checkpoints = checkpoints
        self._every = every
        self._saved_at = time.monotonic()

    def end_call(self, call: Call) -> None:
        """Adds up the time."""
        self._checkpoints.train_seconds.assign_add(call.seconds)

    def save(self, call: Call) -> None:
        """Saves if it is time, or nothing will come after."""
        due = time.monotonic() - self._saved_at >= self._every
        if due or call.stopping or call.step == call.total:
            self._checkpoints.save()
            self._saved_at = time.monotonic()
