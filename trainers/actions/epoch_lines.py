"""Prints one line per epoch where no progress bar is shown."""

import sys

from tf_dnnh.runs.run_folder import EpochRecord
from trainers.actions.action import Action


class EpochLines(Action):
    """Prints loss, validation MAP and speed, for logs and notebooks.

    Args:
        epochs: number of epochs of the whole training.
    """

    def __init__(self, epochs: int) -> None:
        self._epochs = epochs

    def end_epoch(self, epoch: int, record: EpochRecord) -> None:
        """Prints the epoch's line; nothing on a terminal."""
        if sys.stderr.isatty():
            return
        words = [f"loss {record['loss']:.4g}"]
        if record["validation_map"] is not None:
            words.append(f"validation MAP {record['validation_map']:.4f}")
        words.append(f"{record['images_per_second']:,.0f} images/s")
        print(f"epoch {epoch}/{self._epochs}: {', '.join(words)}", flush=True)
