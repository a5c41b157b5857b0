"""What the mean over mined triplets is taken over."""

from collections.abc import Iterable
from typing import Any

from keras import ops

from tf_dnnh.losses.mining import Mined

REDUCTIONS = ("mean", "mean_active")


def divisor(mined: Mined, reduction: str) -> Any:
    """Counts the triplets that the mean is taken over, 1 if there are none.

    Args:
        mined: what was mined.
        reduction: `"mean"` for all triplets, `"mean_active"` for those whose
            hinge is above 0.

    Returns:
        float32 scalar >= 1.
    """
    count = mined.active if reduction == "mean_active" else mined.triplets
    return ops.maximum(ops.sum(count), 1.0)


def check_choice(argument: str, value: str, allowed: Iterable[str]) -> None:
    """Raises ValueError for a value that is not allowed, and names those."""
    if value not in allowed:
        raise ValueError(
            f"`{argument}` must be one of {', '.join(allowed)}. "
            f"Received: {value!r}"
        )
