"""The names of the mining methods and reductions."""

import warnings
from collections.abc import Iterable

REDUCTIONS = ("mean", "mean_nonzero")

# The names of version 0.1.0 and their replacements.
RENAMED = {"hardest": "batch_hard", "mean_active": "mean_nonzero"}


def current_name(argument: str, value: str, allowed: Iterable[str]) -> str:
    """Checks a name and returns it, those of version 0.1.0 translated."""
    if new := RENAMED.get(value):
        warnings.warn(
            f"`{argument}={value}` is now called {new}; the old name will be "
            "removed in the next release.",
            DeprecationWarning,
            stacklevel=3,
        )
        value = new
    names = [name for name in allowed if name not in RENAMED]
    if value not in names:
        raise ValueError(
            f"`{argument}` must be one of {', '.join(names)}. "
            f"Received: {value!r}"
        )
    return value
