"""Detects training that fails, and names a remedy."""

import math
import sys

import numpy as np
from tqdm import tqdm

from tf_dnnh.errors import UserError
from tf_dnnh.metrics.bit_health import bit_entropy
from tf_dnnh.runs.run_folder import EpochRecord
from trainers.actions.action import Action, Call
from trainers.actions.validation import Validation
from trainers.config import Config

# A bit that is equal for 99.9 % of the images has an entropy of 0.011 bits.
_CONSTANT_ENTROPY = 0.02


class TrainingError(UserError, RuntimeError):
    """Training cannot continue; the message names the remedy."""


class CollapseAlarm(Action):
    """Stops at a loss that is not finite; warns once of collapsed codes.

    Args:
        validation: provides the codes of the epoch.
        config: the run's configuration, quoted in the remedies.
    """

    def __init__(self, validation: Validation, config: Config) -> None:
        self._validation = validation
        self._config = config
        self._warned = False

    def end_call(self, call: Call) -> None:
        """Raises `TrainingError` if the loss is infinite or not a number."""
        loss, rate = call.metrics["loss"], self._config.learning_rate
        if not math.isfinite(loss):
            raise TrainingError(
                f"The loss became {loss} in epoch {call.epoch}: lower "
                f"--learning_rate (now {rate:g}) or set "
                "--override=clip_norm=1."
            )

    def end_epoch(self, epoch: int, record: EpochRecord) -> None:
        """Prints a warning if the codes have collapsed."""
        bits = self._validation.bits
        if bits is None or epoch == 1 or self._warned:
            return
        words = find_collapse(bits, record, self._config)
        if words:
            self._warned = True
            tqdm.write(f"warning: {words}", file=sys.stderr)


def find_collapse(
    bits: np.ndarray, record: EpochRecord, config: Config
) -> str | None:
    """Describes a collapse of the codes, or returns None.

    If all codes are equal, the loss of every triplet is exactly the margin.

    Args:
        bits: 0/1 [n, bits], codes of images of several classes.
        record: the epoch's row of the history.
        config: the run's configuration.
    """
    rate, margin = config.learning_rate, config.margin
    remedy = (
        f"try --learning_rate={rate / 5:g} (now {rate:g}), a larger "
        "--batch_size, or --mining=batch_all."
    )
    if np.all(bit_entropy(bits.mean(axis=0)) < _CONSTANT_ENTROPY):
        return f"The codes have collapsed to a constant: {remedy}"
    loss, active = record["loss"] or 0.0, record.get("active_share") or 0.0
    if active > 0.99 and abs(loss - margin) < 0.005 * margin:
        return (
            f"The loss sits at the margin ({loss:.4f}), as when all codes are "
            f"equal: {remedy}"
        )
    return None
