"""Multi-label batches in which every anchor has triplets."""

import numpy as np

from tf_dnnh.data.data_error import DataError

# Candidates per partner: enough to find one that was not shown yet.
_CANDIDATES = 64


def multi_label_batches(
    labels: np.ndarray,
    indices: np.ndarray,
    batch_size: int,
    seed: int = 0,
    epoch: int = 0,
) -> np.ndarray:
    """Makes batches in which every anchor has a positive and a negative.

    Images are dealt from a shuffle. One that still lacks a positive or a
    negative in its batch brings one along, preferably one not yet shown, so
    that an epoch shows every image about once. An image without a positive or
    a negative in the whole set is left out: it has no label, shares none, or
    shares one with every other image.

    Args:
        labels: uint8 [n, classes], of the whole data set.
        indices: int [m], the images to train on.
        batch_size: images per batch.
        seed: seed of the random order.
        epoch: number of the epoch.

    Returns:
        int64 [steps, batch_size], entries of `indices`, distinct within a
        batch; steps is round(m / batch_size), at least one.

    Raises:
        DataError: if there are too few images, or no such batch is found.

    Example:
        >>> labels = np.eye(3, dtype=np.uint8)[np.arange(12) % 3]
        >>> multi_label_batches(labels, np.arange(12), 4).shape
        (3, 4)
    """
    indices = np.asarray(indices, np.int64)
    rows = labels[indices].astype(np.float32)
    usable = _usable(rows)
    if len(usable) < batch_size or batch_size < 4:
        raise DataError(
            f"A batch of {batch_size} needs as many images (at least 4) with "
            f"a positive and a negative, but there are {len(usable)}: choose "
            "a smaller batch, or add images with other labels."
        )
    rng = np.random.default_rng([seed, epoch, 2])
    dealer = _Dealer(rows[usable], batch_size, rng)
    steps = max(1, round(len(indices) / batch_size))
    batches = np.stack([dealer.batch() for _ in range(steps)])
    return indices[usable[batches]]


def _usable(rows: np.ndarray) -> np.ndarray:
    """Finds the images with a positive and a negative among these; int [k]."""
    kinds, kind_of, counts = np.unique(
        rows, axis=0, return_inverse=True, return_counts=True
    )
    usable = np.ones(len(kinds), bool)
    while True:
        # Leaving one image out may take away another's only partner.
        alive = np.flatnonzero(usable)
        keep = _have_partners(kinds[alive], counts[alive])
        if keep.all():
            return np.flatnonzero(usable[kind_of])
        usable[alive] = keep


def _have_partners(kinds: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Returns whether each kind has a positive and a negative; bool [kinds]."""
    result = np.zeros(len(kinds), bool)
    for start in range(0, len(kinds), 1024):
        block = slice(start, start + 1024)
        similar = (kinds[block] @ kinds.T > 0).astype(np.float32)
        # An image is not its own positive.
        positives = similar @ counts.astype(np.float32) - 1
        result[block] = (positives > 0) & (similar.min(axis=1) == 0)
    return result


class _Dealer:
    """Deals batches from images that all have a positive and a negative."""

    def __init__(
        self, rows: np.ndarray, batch_size: int, rng: np.random.Generator
    ):
        self._rows = rows
        self._batch_size = batch_size
        self._rng = rng
        self._seen = np.zeros(len(rows), np.int64)
        self._members = [np.flatnonzero(column) for column in rows.T]
        self._deck: list[int] = []

    def batch(self) -> np.ndarray:
        """Returns int64 [batch_size], one batch."""
        for _ in range(100):
            batch = self._try()
            if batch is not None:
                self._seen[batch] += 1
                return self._rng.permutation(np.array(batch))
        raise DataError(
            f"Found no batch of {self._batch_size} images in which every "
            "image has a positive and a negative: choose a larger batch."
        )

    def _try(self) -> list[int] | None:
        batch: list[int] = []
        while len(batch) < self._batch_size:
            longer = self._complete([*batch, self._next(batch)])
            if longer is None:
                return self._fill(batch)
            batch = longer
        return batch

    def _next(self, batch: list[int]) -> int:
        """Returns one of the images shown least so far in this epoch."""
        while True:
            if not self._deck:
                least = np.flatnonzero(self._seen == self._seen.min())
                self._deck = self._rng.permutation(least).tolist()
            image = self._deck.pop()
            if image not in batch:
                return image
            if not self._deck:
                others = np.setdiff1d(np.arange(len(self._rows)), batch)
                return int(self._rng.choice(others))

    def _complete(self, batch: list[int]) -> list[int] | None:
        """Adds the missing partners of images; None if there is no room."""
        while len(batch) <= self._batch_size:
            rows = self._rows[batch]
            similar = rows @ rows.T > 0
            lonely = np.flatnonzero(similar.sum(axis=1) < 2)
            alike = np.flatnonzero(similar.all(axis=1))
            if len(lonely):
                batch = [*batch, self._positive(batch[lonely[0]], batch)]
            elif len(alike):
                batch = [*batch, self._negative(batch[alike[0]], batch)]
            else:
                return batch
        return None

    def _positive(self, anchor: int, batch: list[int]) -> int:
        classes = np.flatnonzero(self._rows[anchor])
        sizes = np.array([len(self._members[c]) for c in classes])
        members = self._members[self._rng.choice(classes[sizes > 1])]
        return self._least_seen(members, batch)

    def _negative(self, anchor: int, batch: list[int]) -> int:
        row = self._rows[anchor]
        some = self._rng.integers(len(self._rows), size=4 * _CANDIDATES)
        negatives = some[self._rows[some] @ row == 0]
        if np.isin(negatives, batch).all():
            negatives = np.flatnonzero(self._rows @ row == 0)
        return self._least_seen(negatives, batch)

    def _least_seen(self, images: np.ndarray, batch: list[int]) -> int:
        """Picks the image shown least among those outside the batch."""
        some = self._rng.choice(images, _CANDIDATES)
        some = some[~np.isin(some, batch)]
        if not len(some):
            some = self._rng.permutation(images[~np.isin(images, batch)])
        return int(some[np.argmin(self._seen[some])])

    def _fill(self, batch: list[int]) -> list[int] | None:
        """Fills up a batch with images that need no further partner."""
        missing = self._batch_size - len(batch)
        if not batch:
            return None
        similar = self._rows @ self._rows[batch].T > 0
        fits = np.flatnonzero(similar.any(axis=1) & ~similar.all(axis=1))
        fits = self._rng.permutation(fits[~np.isin(fits, batch)])
        if len(fits) < missing:
            return None
        least = np.argsort(self._seen[fits], kind="stable")[:missing]
        return [*batch, *fits[least].tolist()]
