"""Indices of the images in each batch, a pure function of seed and epoch."""

import numpy as np

from tf_dnnh.data.data_error import DataError
from tf_dnnh.data.multi_label_sampling import multi_label_batches


def index_batches(
    labels: np.ndarray,
    indices: np.ndarray,
    batch_size: int,
    *,
    images_per_class: int = 10,
    seed: int = 0,
    epoch: int = 0,
) -> np.ndarray:
    """Makes the batches of one epoch, of single-label or multi-label data.

    Single-label batches hold as many classes as `images_per_class` allows, all
    with the same number of images, give or take one. For multi-label ones see
    `multi_label_batches`.

    Args:
        labels: int64 [n] or uint8 [n, classes], of the whole data set.
        indices: int [m], the images to train on.
        batch_size: images per batch.
        images_per_class: target number of images per class in a batch.
        seed: seed of the random order.
        epoch: number of the epoch.

    Returns:
        int64 [steps, batch_size], entries of `indices`.

    Raises:
        DataError: if no batch can hold a positive and a negative, or
            `images_per_class` is below 1.

    Example:
        >>> labels = np.repeat(np.arange(4), 10)
        >>> index_batches(labels, np.arange(40), 8, images_per_class=2).shape
        (5, 8)
    """
    if images_per_class < 1:
        raise DataError(
            "A batch needs at least 1 image of each of its classes. Received: "
            f"images_per_class={images_per_class}"
        )
    if labels.ndim == 2:
        return multi_label_batches(labels, indices, batch_size, seed, epoch)
    classes = len(np.unique(labels[indices]))
    wanted = min(classes, max(2, batch_size // images_per_class))
    if batch_size < 4:
        raise DataError(
            "A batch needs 4 images to hold a positive and a negative. "
            f"Received: batch_size={batch_size}"
        )
    slots = np.full(wanted, batch_size // wanted)
    slots[: batch_size % wanted] += 1
    return _class_batches(labels, indices, slots, seed, epoch)


def class_balanced_batches(
    labels: np.ndarray,
    indices: np.ndarray,
    classes_per_batch: int,
    images_per_class: int,
    seed: int = 0,
    epoch: int = 0,
) -> np.ndarray:
    """Makes batches of P classes with K images each.

    All classes are in equally many batches, give or take one. Each class is
    dealt from its own shuffle, and shuffled again when it runs out: with
    classes of equal size, an epoch shows every image about once; otherwise it
    repeats images of rare classes and omits some of frequent ones.
    An epoch has round(m / (P * K)) batches, at least one.

    Args:
        labels: int64 [n], of the whole data set.
        indices: int [m], the images to train on.
        classes_per_batch: P.
        images_per_class: K, at least 1.
        seed: seed of the random order.
        epoch: number of the epoch.

    Returns:
        int64 [steps, P * K], entries of `indices`, in random order within a
        batch.

    Raises:
        DataError: if there are fewer than P classes, or only one.

    Example:
        >>> labels = np.repeat(np.arange(4), 10)
        >>> batches = class_balanced_batches(labels, np.arange(40), 2, 5)
        >>> [len(set(labels[batch])) for batch in batches]
        [2, 2, 2, 2]
    """
    slots = np.full(classes_per_batch, images_per_class)
    return _class_batches(labels, indices, slots, seed, epoch)


def _class_batches(
    labels: np.ndarray,
    indices: np.ndarray,
    slots: np.ndarray,
    seed: int,
    epoch: int,
) -> np.ndarray:
    """Fills batches whose i-th class has slots[i] images."""
    rng = np.random.default_rng([seed, epoch, 1])
    indices = np.asarray(indices, np.int64)
    members = {
        c: indices[labels[indices] == c] for c in np.unique(labels[indices])
    }
    if len(members) < max(2, len(slots)):
        raise DataError(
            f"A batch needs images of {max(2, len(slots))} classes, but there "
            f"are {len(members)}: add images of other classes, or choose "
            "fewer classes per batch."
        )
    classes = np.array(sorted(members))
    steps = max(1, round(len(indices) / slots.sum()))
    batches = np.empty([steps, slots.sum()], np.int64)
    used = np.zeros(len(classes), np.int64)
    decks = {c: _Deck(members[c], rng) for c in classes}
    for step in range(steps):
        # The classes used least so far, ties broken at random.
        order = np.lexsort([rng.random(len(classes)), used])[: len(slots)]
        used[order] += slots
        batch = [
            decks[classes[c]].deal(n) for c, n in zip(order, slots, strict=True)
        ]
        batches[step] = rng.permutation(np.concatenate(batch))
    return batches


class _Deck:
    """Deals images from one shuffle after another."""

    def __init__(self, images: np.ndarray, rng: np.random.Generator):
        self._images = images
        self._rng = rng
        self._left = rng.permutation(images)

    def deal(self, count: int) -> np.ndarray:
        while len(self._left) < count:
            more = self._rng.permutation(self._images)
            self._left = np.concatenate([self._left, more])
        dealt, self._left = self._left[:count], self._left[count:]
        return dealt


def shuffled_batches(
    indices: np.ndarray, batch_size: int, seed: int = 0, epoch: int = 0
) -> np.ndarray:
    """Makes batches from a plain shuffle, without an incomplete last one.

    Args:
        indices: int [m], the images to train on.
        batch_size: images per batch.
        seed: seed of the random order.
        epoch: number of the epoch.

    Returns:
        int64 [m // batch_size, batch_size], entries of `indices`.

    Example:
        >>> shuffled_batches(np.arange(10), 4).shape
        (2, 4)
    """
    rng = np.random.default_rng([seed, epoch, 0])
    order = rng.permutation(np.asarray(indices, np.int64))
    steps = len(order) // batch_size
    return order[: steps * batch_size].reshape(steps, batch_size)
