"""Ways to divide NUS-WIDE that count images, not images a concept."""

import numpy as np

from tf_dnnh.data.data_error import DataError
from tf_dnnh.data.image_dataset import ImageDataset

Parts = dict[str, np.ndarray]


def drawn(
    dataset: ImageDataset,
    usable: np.ndarray,
    rng: np.random.Generator,
    *,
    queries: int,
    training: int,
) -> Parts:
    """Draws queries from all images, training images from the rest.

    Args:
        dataset: what to divide.
        usable: int [n], what may be drawn.
        rng: source of chance.
        queries: number of queries.
        training: number of training images; the database holds them, too.

    Returns:
        The parts.

    Raises:
        DataError: if there are too few images.

    Reference:
        Cao, Long, Wang and Yu, "HashNet: Deep Learning to Hash by
        Continuation", ICCV 2017, section 4.1.
    """
    if len(usable) < queries + training:
        raise DataError(
            f"The protocol needs {queries + training:,} labelled images of "
            f"{dataset.name}, but found {len(usable):,}: get the complete data "
            "set, or choose another protocol."
        )
    order = rng.permutation(usable)
    return {
        "queries": order[:queries],
        "database": np.sort(order[queries:]),
        "training": order[queries : queries + training],
    }


def as_listed(
    dataset: ImageDataset, usable: np.ndarray, rng: np.random.Generator
) -> Parts:
    """Takes the parts that the names of the list files say.

    Without a list of the database, it is all images but the queries.

    Args:
        dataset: with a partition of part names joined by `+`.
        usable: int [n], the images with a label.
        rng: not used.

    Returns:
        The parts.

    Raises:
        DataError: if no list names queries or training images.
    """
    del rng
    partition = dataset.partition
    if partition is None:
        partition = np.full(len(dataset), "")
    listed = {
        part: usable[np.char.find(partition[usable], part) >= 0]
        for part in ("queries", "database", "training", "validation")
    }
    for part, name in (("queries", "test.txt"), ("training", "train.txt")):
        if not len(listed[part]):
            raise DataError(
                f"No list file of {dataset.name} names {part}: call one "
                f"{name}, or choose another protocol."
            )
    if not len(listed["database"]):
        listed["database"] = np.setdiff1d(usable, listed["queries"])
    return listed
