"""Draws images class by class."""

import numpy as np

from tf_dnnh.data.data_error import TooFewImagesError
from tf_dnnh.data.image_dataset import ImageDataset

# Classes that an error names.
_NAMED = 5


def draw_per_class(
    dataset: ImageDataset,
    usable: np.ndarray,
    counts: list[int],
    rng: np.random.Generator,
) -> list[np.ndarray]:
    """Draws fixed numbers of images from every class, no image twice.

    For each number in turn, one class draws after the other, the rarest
    first, before others take its images. An image with several labels counts
    for the class that drew it.

    Returns:
        int64 [classes * count] for every entry of `counts`, class by class.
    """
    of_class = _membership(dataset, usable)
    taken = np.zeros(len(usable), bool)
    orders = []
    for c in range(dataset.num_classes):
        orders.append(rng.permutation(np.flatnonzero(of_class[:, c])))
    if min(map(len, orders)) < sum(counts):
        raise _too_few(dataset, sum(counts), list(map(len, orders)))
    rarest_first = sorted(range(len(orders)), key=lambda c: len(orders[c]))
    result = []
    for count in counts:
        drawn = {}
        for c in rarest_first:
            left = orders[c][~taken[orders[c]]]
            if len(left) < count:
                raise TooFewImagesError(
                    f"The protocol needs {sum(counts)} images of each class of "
                    f"{dataset.name}, but {dataset.class_names[c]!r} has too "
                    "few that no other class took"
                )
            drawn[c] = left[:count]
            taken[drawn[c]] = True
        result.append(usable[np.concatenate([drawn[c] for c in sorted(drawn)])])
    return result


def _too_few(
    dataset: ImageDataset, needed: int, sizes: list[int]
) -> TooFewImagesError:
    small = [
        f"{name!r} has {size}"
        for size, name in sorted(zip(sizes, dataset.class_names, strict=True))
        if size < needed
    ]
    more = f" and {len(small) - _NAMED} more" if len(small) > _NAMED else ""
    return TooFewImagesError(
        f"The protocol needs {needed} images of each class of {dataset.name}, "
        f"but {', '.join(small[:_NAMED])}{more}"
    )


def draw_share(
    dataset: ImageDataset,
    indices: np.ndarray,
    share: float,
    rng: np.random.Generator,
    minimum: int = 0,
) -> np.ndarray:
    """Draws a share of every class, leaving at least one image of each.

    The rarest class draws first. An image counts for all its classes, and
    images whose other classes still lack some are preferred, so that every
    class of multi-label data gives about its share, too. `minimum` applies to
    every class that has more than one image.

    Returns:
        int64 [drawn], in the order of `indices`.
    """
    of_class = _membership(dataset, indices)
    sizes = of_class.sum(axis=0)
    wanted = np.maximum(np.rint(share * sizes).astype(int), minimum)
    wanted = np.minimum(wanted, sizes - 1)
    got = np.zeros_like(sizes)
    drawn = np.zeros(len(indices), bool)
    for c in np.argsort(sizes, kind="stable"):
        candidates = rng.permutation(np.flatnonzero(of_class[:, c] & ~drawn))
        surplus = of_class[candidates] @ (got >= wanted).astype(int)
        candidates = candidates[np.argsort(surplus, kind="stable")]
        for image in candidates[: max(wanted[c] - got[c], 0)]:
            # With several labels, another class may lose its last image.
            if (got + of_class[image] < sizes)[of_class[image]].all():
                got += of_class[image]
                drawn[image] = True
    return np.asarray(indices, np.int64)[drawn]


def _membership(dataset: ImageDataset, indices: np.ndarray) -> np.ndarray:
    """Returns bool [n, classes], of single-label or multi-label data."""
    labels = dataset.labels[indices]
    if dataset.multi_label:
        return labels > 0
    return labels[:, None] == np.arange(dataset.num_classes)
