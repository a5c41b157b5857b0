"""Groups of pictures whose codes are nearly equal."""

import numpy as np

from tf_dnnh.search.index import HammingIndex

_QUERIES = 1 << 12


def near_groups(index: HammingIndex, radius: int) -> list[np.ndarray]:
    """Finds groups of pictures that are linked by small distances.

    Two pictures are in one group if a chain of pictures leads from one to the
    other, in steps of at most `radius`.

    Args:
        index: the codes.
        radius: largest distance of a step; 0 for equal codes.

    Returns:
        The ids of each group of two or more, int64 [n], sorted; the largest
        group first.
    """
    codes, counts = index.buckets()
    group = _components(codes, index.bits, radius)
    sizes = np.bincount(group, counts, minlength=1)
    kept = np.flatnonzero(sizes[group] > 1)
    limits, _, ids = index.range_search(codes[kept], 0)
    owner = np.repeat(group[kept], np.diff(limits))
    order = np.lexsort((ids, owner))
    ends = np.flatnonzero(np.diff(owner[order])) + 1
    groups = np.split(ids[order], ends) if len(ids) else []
    return sorted(groups, key=lambda ids: (-len(ids), ids[0]))


def _components(codes: np.ndarray, bits: int, radius: int) -> np.ndarray:
    """Numbers the distinct codes by group, int64 [n]."""
    everyone = np.arange(len(codes))
    if radius == 0 or not len(codes):
        return everyone
    # Imported here: only this command needs it.
    from scipy import sparse

    index = HammingIndex(bits, radius=radius)
    index.add(codes, everyone)
    firsts, seconds = [], []
    for start in range(0, len(codes), _QUERIES):
        rows = slice(start, start + _QUERIES)
        limits, _, ids = index.range_search(codes[rows], radius)
        first = np.repeat(everyone[rows], np.diff(limits))
        # Each pair once, and none with itself.
        firsts.append(first[first < ids])
        seconds.append(ids[first < ids])
    pairs = (np.concatenate(firsts), np.concatenate(seconds))
    linked = sparse.coo_array(
        (np.ones(len(pairs[0]), np.int8), pairs), [len(codes)] * 2
    )
    return sparse.csgraph.connected_components(linked, directed=False)[1]
