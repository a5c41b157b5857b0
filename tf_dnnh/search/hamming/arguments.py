"""Checks of what callers of an index give: codes, ids and numbers."""

import math
from typing import Any

import numpy as np

from tf_dnnh.codes import code_bytes
from tf_dnnh.search.search_error import SearchError

# The distance that stands for no answer.
NO_DISTANCE = 2**31 - 1


def checked_codes(codes: Any, bits: int) -> np.ndarray:
    """Returns packed codes, uint8 [n, ceil(bits / 8)].

    Raises:
        SearchError: if they have another type or shape, or more than `bits`
            bits.
    """
    codes = np.asarray(codes)
    width = code_bytes(bits)
    if codes.dtype != np.uint8 or codes.ndim != 2 or codes.shape[1] != width:
        raise SearchError(
            f"`codes` must be packed, uint8 [n, {width}] for bits={bits}. "
            f"Received: {codes.dtype} {list(codes.shape)}"
        )
    spare = 8 * width - bits
    if np.any(codes[:, -1] & (1 << spare) - 1):
        raise SearchError(
            f"`codes` of {bits} bits must end with {spare} zero bits. "
            "Received: longer codes"
        )
    return codes


def checked_ids(ids: Any) -> np.ndarray:
    """Returns ids as an array, int64 [n] or str [n].

    Raises:
        SearchError: if they are neither.
    """
    array = np.asarray(ids)
    if array.ndim == 1 and array.dtype.kind == "U":
        return array
    whole = np.can_cast(array.dtype, np.int64) and array.dtype != bool
    if array.ndim == 1 and (whole or not len(array)):
        return array.astype(np.int64, copy=False)
    raise SearchError(
        "`ids` must be int64 [n] or str [n]. "
        f"Received: {array.dtype} {list(array.shape)}"
    )


def new_ids(ids: Any, count: int, present: np.ndarray) -> np.ndarray:
    """Returns the ids of `count` new codes, all different.

    Args:
        ids: [count], or None for the next whole numbers.
        count: number of codes.
        present: sorted ids that the index has, int64 or str [n].

    Raises:
        SearchError: if their number, their type or a repetition is wrong.
    """
    if ids is None and present.dtype.kind == "U" and len(present):
        raise SearchError("`ids` must be given: this index has string ids.")
    if ids is None:
        start = int(present[-1]) + 1 if len(present) else 0
        return np.arange(start, start + count)
    ids = same_type(checked_ids(ids), present)
    if len(ids) != count:
        raise SearchError(
            "`codes` and `ids` must have the same length. "
            f"Received: {count} codes, {len(ids)} ids"
        )
    unique, counts = np.unique(ids, return_counts=True)
    if len(unique) < count:
        twice = unique[counts > 1][0]
        raise SearchError(f"`ids` must all differ. Received twice: {twice}")
    return ids


def same_type(ids: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Returns `ids`, which must be numbers or strings as those present are.

    Raises:
        SearchError: if they are not.
    """
    if len(ids) and len(present) and ids.dtype.kind != present.dtype.kind:
        kinds = {"i": "whole numbers", "U": "strings"}
        raise SearchError(
            f"`ids` must be {kinds[present.dtype.kind]}, as those in the "
            f"index. Received: {kinds[ids.dtype.kind]}"
        )
    return ids if len(ids) else ids.astype(present.dtype)


def ids_at(ids: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Returns the ids at some places; -1 or "" where a place is -1."""
    no_id = "" if ids.dtype.kind == "U" else -1
    found = np.full(places.shape, no_id, ids.dtype)
    found[places >= 0] = ids[places[places >= 0]]
    return found


def checked_count(
    name: str, value: Any, lowest: int, highest: float = math.inf
) -> int:
    """Returns a whole number, an argument called `name`.

    Raises:
        SearchError: if it is not one, or out of its range.
    """
    whole = isinstance(value, int | np.integer)
    if not whole or not lowest <= value <= highest:
        most = f" and at most {highest}" if highest < math.inf else ""
        raise SearchError(
            f"`{name}` must be a whole number of at least {lowest}{most}. "
            f"Received: {value!r}"
        )
    return int(value)


def check_new(ids: np.ndarray, present: np.ndarray) -> None:
    """Raises SearchError if some ids, where `present`, are in the index."""
    if present.any():
        raise SearchError(
            f"`ids` must be new, unless replace=True. Received: "
            f"{ids[present][0]}, which the index has"
        )


def check_present(ids: np.ndarray, present: np.ndarray) -> None:
    """Raises SearchError unless all ids, where `present`, are in the index."""
    if not present.all():
        raise SearchError(
            f"`ids` must be in the index. Received: {ids[~present][0]}"
        )
