"""Says in words when a run is learning nothing, and what to change."""

import math

import numpy as np

from tf_dnnh.errors import UserError

# A code bit that is the same for 99.9 % of the images carries 0.011 bits.
_CONSTANT_ENTROPY = 0.02


class TrainingError(UserError, RuntimeError):
    """Training cannot go on; the message names the remedy."""


def check_finite(loss: float, epoch: int, learning_rate: float) -> None:
    """Raises `TrainingError` when the loss is no finite number."""
    if not math.isfinite(loss):
        raise TrainingError(
            f"The loss became {loss} in epoch {epoch}: lower --learning_rate "
            f"(now {learning_rate:g}) or set --override=clip_norm=1."
        )


def find_collapse(
    bits: np.ndarray,
    loss: float,
    active_share: float,
    margin: float,
    learning_rate: float,
) -> str | None:
    """Describes a collapse seen after an epoch, or returns None.

    Args:
        bits: 0/1 [n, bits] codes of images of several classes.
        loss: mean loss of the epoch.
        active_share: share of the triplets that violate the margin.
        margin: of the loss; codes that are all equal violate it in every
            triplet, by exactly this much.
        learning_rate: of the run, quoted in the remedy.
    """
    ones = bits.mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = -np.nan_to_num(ones * np.log2(ones)) - np.nan_to_num(
            (1 - ones) * np.log2(1 - ones)
        )
    remedy = (
        f"try --learning_rate={learning_rate / 5:g} (now {learning_rate:g}), "
        f"a larger --batch_size, or --mining=batch_all."
    )
    if np.all(entropy < _CONSTANT_ENTROPY):
        return f"The codes have collapsed to a constant: {remedy}"
    if active_share > 0.99 and abs(loss - margin) < 0.005 * margin:
        return (
            f"The loss sits at the margin ({loss:.4f}), as when all codes are "
            f"equal: {remedy}"
        )
    return None
