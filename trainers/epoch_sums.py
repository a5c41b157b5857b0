"""Sums of the calls of an epoch in progress, which a checkpoint keeps."""

import json

import tensorflow as tf

from trainers.actions.action import Call


class EpochSums(tf.train.experimental.PythonState):
    """Adds up the metrics of an epoch, call by call.

    They are part of the checkpoint: an epoch that was interrupted records the
    same means as one that was not, bit for bit.

    Attributes:
        steps: number of steps so far.
        seconds: their duration.

    Example:
        >>> sums = EpochSums()
        >>> sums.add(3, Call(1, 3, 5, 2.0, {"loss": 4.0}))
        >>> sums.add(1, Call(1, 4, 5, 2.0, {"loss": 8.0}))
        >>> sums.steps, sums.seconds, sums.means()
        (4, 4.0, {'loss': 5.0})
    """

    def __init__(self) -> None:
        super().__init__()
        self.clear()

    def clear(self) -> None:
        """Begins an epoch."""
        self.steps = 0
        self.seconds = 0.0
        self._sums: dict[str, float] = {}

    def add(self, steps: int, call: Call) -> None:
        """Adds the means of a call of `steps` steps."""
        self.steps += steps
        self.seconds += call.seconds
        for name, mean in call.metrics.items():
            self._sums[name] = self._sums.get(name, 0.0) + steps * mean

    def means(self) -> dict[str, float]:
        """Returns the mean of every metric over the steps."""
        return {name: total / self.steps for name, total in self._sums.items()}

    def serialize(self) -> str:
        """Returns the state for a checkpoint."""
        return json.dumps([self.steps, self.seconds, self._sums])

    def deserialize(self, string_value: str | bytes) -> None:
        """Restores the state from a checkpoint."""
        self.steps, self.seconds, self._sums = json.loads(string_value)
