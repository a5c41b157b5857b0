"""The concepts that the columns of list files stand for."""

from pathlib import Path

import numpy as np

from tf_dnnh.data.data_error import DataError
from tf_dnnh.data.nus_wide.concepts import CONCEPTS_21, CONCEPTS_81
from tf_dnnh.data.nus_wide.text_rows import read_rows

CONCEPTS_FILE = "concepts.txt"
# Numbers of columns whose concepts are the most frequent ones.
_FREQUENT = (10, 21)


def columns(folder: Path, labels: np.ndarray) -> tuple[list[str], str]:
    """Returns the names of the columns, and how they were found."""
    width = labels.shape[1]
    named = folder / CONCEPTS_FILE
    if named.is_file():
        names = [text for _, text in read_rows(named)]
        if len(names) != width or len(set(names)) != width:
            raise DataError(
                f"{named} names {len(set(names))} concepts, but the list files "
                f"have {width} columns: write a name for each, one per line."
            )
        return names, CONCEPTS_FILE
    if width == len(CONCEPTS_81):
        return list(CONCEPTS_81), "alphabetical"
    order = _order(labels) if width in _FREQUENT else None
    if order is None:
        raise DataError(
            f"The {width} columns of the list files in {folder} have no names: "
            f"write {named}, a name for each, one per line."
        )
    names = list(CONCEPTS_21[:width])
    if order == "alphabetical":
        names.sort()
    return names, f"{order}, as their counts show"


def _order(labels: np.ndarray) -> str | None:
    """Infers from the counts which of two orders the columns have, or None.

    Both are in use. The counts fall from sky, in half of all images, to
    mountain, in few.
    """
    fall = -np.log1p(labels.sum(axis=0))
    if not fall.std():
        return None
    frequent = CONCEPTS_21[: len(fall)]
    by_name = [frequent.index(name) for name in sorted(frequent)]
    fit = {
        "by frequency": np.corrcoef(fall, np.arange(len(fall)))[0, 1],
        "alphabetical": np.corrcoef(fall, by_name)[0, 1],
    }
    best = max(fit, key=lambda order: fit[order])
    # A perfect order has 1; a weak or ambiguous fit may be chance.
    return best if fit[best] > 0.5 and min(fit.values()) < 0.5 else None
