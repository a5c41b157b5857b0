"""Named ways to divide a data set, as papers report them.

| data set | protocol | queries | training | database |
|---|---|---|---|---|
| cifar10, svhn, fashion_mnist | `lai2015` | 100 a class | 500 a class | rest |
| digits | `lai2015` (scaled down) | 30 a class | 120 a class | rest |
| image_folder | `lai2015` (shares) | 10 % a class | all others | rest |
| nuswide (21 concepts) | `lai2015` | 100 a concept | 500 a concept | rest |
| nuswide (81 concepts) | `hashnet81` | 5,000 | 10,000 | rest |
| nuswide (list files) | `lists` | test.txt | train.txt | database.txt |
| nuswide (miniature) | `mini` | 10 a concept | 50 a concept | rest |
| nuswide (miniature) | `mini81` | 250 | 500 | rest |
| cifar10, svhn, fashion_mnist | `full` | test part | train part | train |

Queries are never in the database; training images always are. Parts given by
the user's own CSV file are kept as they are.
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from tf_dnnh.data.data_error import DataError
from tf_dnnh.data.image_dataset import ImageDataset
from tf_dnnh.data.nus_wide.protocols import as_listed, drawn
from tf_dnnh.data.split import Split
from tf_dnnh.data.stratified import draw_per_class, draw_share

Parts = dict[str, np.ndarray]
Protocol = Callable[[ImageDataset, np.ndarray, np.random.Generator], Parts]

_QUERY_SHARE = 0.1


def make_split(
    dataset: ImageDataset,
    protocol: str = "lai2015",
    seed: int = 0,
    *,
    validation: float | int = 0,
    unlabelled: str = "exclude",
) -> Split:
    """Divides a data set by a named protocol.

    Validation images are carved out of the training images, class by class:
    they are not trained on, and stay in the database as training images do.

    Args:
        dataset: what to divide.
        protocol: a name that `PROTOCOLS` has for this data set.
        seed: the same seed draws the same images.
        validation: share of the training images (below 1), or about their
            number; at least one of every class that has two.
        unlabelled: `exclude` leaves images without a label out of every
            part, `keep` leaves them in the database, relevant to nothing.

    Returns:
        The split; its notes count what was left out or missing.

    Raises:
        DataError: if the protocol is unknown, or images are too few.
    """
    check_protocol(dataset.name, protocol)
    if unlabelled not in ("exclude", "keep"):
        raise ValueError(
            "`unlabelled` must be 'exclude' or 'keep'. Received: "
            f"{unlabelled!r}"
        )
    usable = np.arange(len(dataset))
    if dataset.multi_label:
        usable = np.flatnonzero(dataset.labels.any(axis=1))
    _check_classes(dataset, usable)
    rng = np.random.default_rng([seed, 0])
    parts = PROTOCOLS[dataset.name, protocol](dataset, usable, rng)
    if not len(parts.get("validation", ())):
        # A generator of its own: the test queries do not depend on it.
        rng = np.random.default_rng([seed, 1])
        parts |= _carve(dataset, parts["training"], validation, rng)
    if unlabelled == "keep":
        others = np.setdiff1d(np.arange(len(dataset)), usable)
        parts["database"] = np.union1d(parts["database"], others)
    return Split(
        dataset.name,
        protocol,
        seed,
        dataset.ids,
        notes=_notes(dataset, usable, unlabelled),
        **parts,
    )


def check_protocol(dataset: str, protocol: str) -> None:
    """Refuses a protocol that a data set does not have.

    Args:
        dataset: name of the data set.
        protocol: name of the protocol.

    Raises:
        DataError: if there is none of this name; lists those there are.

    Example:
        >>> check_protocol("cifar10", "lai2015")
    """
    names = [name for key, name in PROTOCOLS if key == dataset]
    if protocol not in names:
        raise DataError(
            f"Unknown protocol {protocol!r} for {dataset}: choose one of "
            f"{', '.join(names)}."
        )


def _check_classes(dataset: ImageDataset, usable: np.ndarray) -> None:
    labels = dataset.labels[usable]
    count = len(
        np.unique(np.nonzero(labels)[1] if labels.ndim == 2 else labels)
    )
    if count < 2:
        raise DataError(
            f"{dataset.name} has images of {count} class, but hashing learns "
            "from at least two: add images of another class."
        )


def _notes(
    dataset: ImageDataset, usable: np.ndarray, unlabelled: str
) -> dict[str, Any]:
    notes = dataset.notes | {
        kind: len(names) for kind, names in dataset.problems.items() if names
    }
    if len(usable) < len(dataset):
        notes["unlabelled"] = len(dataset) - len(usable)
        notes["unlabelled_rule"] = unlabelled
    return notes


def _carve(
    dataset: ImageDataset,
    training: np.ndarray,
    validation: float | int,
    rng: np.random.Generator,
) -> Parts:
    """Moves a share, or a number, of the training images to validation."""
    if validation < 0 or validation >= len(training):
        raise DataError(
            "`validation` must be a share below 1, or a number below the "
            f"{len(training)} training images. Received: {validation}"
        )
    share = validation if validation < 1 else validation / len(training)
    least = int(validation > 0)
    held = draw_share(dataset.labels, training, share, rng, minimum=least)
    return {
        "training": training[~np.isin(training, held)],
        "validation": held,
    }


def per_class(queries: int, training: int) -> Protocol:
    """Makes the paper's protocol with its two numbers.

    Args:
        queries: query images a class.
        training: training images a class, from the rest.

    Returns:
        Function from (data set, usable indices, generator) to the parts; the
        database is all but the queries.

    Reference:
        Section 4.1 of the paper.
    """

    def protocol(
        dataset: ImageDataset, usable: np.ndarray, rng: np.random.Generator
    ) -> Parts:
        drawn = draw_per_class(dataset, usable, [queries, training], rng)
        database = usable[~np.isin(usable, drawn[0])]
        return {
            "queries": drawn[0],
            "database": database,
            "training": drawn[1],
        }

    return protocol


def _makers_split(
    dataset: ImageDataset, usable: np.ndarray, rng: np.random.Generator
) -> Parts:
    """The test part searches in the training part."""
    del rng
    if dataset.partition is None:
        raise DataError(
            f"{dataset.name} has no training and test part of its own: choose "
            "another protocol."
        )
    queries = usable[dataset.partition[usable] == "test"]
    training = usable[dataset.partition[usable] == "train"]
    return {"queries": queries, "database": training, "training": training}


def _by_share(
    dataset: ImageDataset, usable: np.ndarray, rng: np.random.Generator
) -> Parts:
    """The user's own parts, or a tenth of every class as queries."""
    if dataset.partition is not None:
        return _users_split(dataset, usable)
    queries = draw_share(dataset.labels, usable, _QUERY_SHARE, rng, minimum=1)
    if not len(queries):
        raise DataError(
            f"{dataset.name} has no class with two images: add images."
        )
    database = usable[~np.isin(usable, queries)]
    return {"queries": queries, "database": database, "training": database}


def _users_split(dataset: ImageDataset, usable: np.ndarray) -> Parts:
    assert dataset.partition is not None
    partition = dataset.partition[usable]
    queries = usable[partition == "queries"]
    validation = usable[partition == "validation"]
    training = usable[partition == "training"]
    database = usable[~np.isin(usable, queries)]
    if not len(training):
        training = database[~np.isin(database, validation)]
    if not len(queries):
        raise DataError(
            f"The parts given for {dataset.name} have no queries: mark some "
            "images `queries`, or give no parts."
        )
    return {
        "queries": queries,
        "database": database,
        "training": training,
        "validation": validation,
    }


PROTOCOLS: dict[tuple[str, str], Protocol] = {
    ("digits", "lai2015"): per_class(30, 120),
    ("cifar10", "lai2015"): per_class(100, 500),
    ("cifar10", "full"): _makers_split,
    ("svhn", "lai2015"): per_class(100, 500),
    ("svhn", "full"): _makers_split,
    ("fashion_mnist", "lai2015"): per_class(100, 500),
    ("fashion_mnist", "full"): _makers_split,
    ("image_folder", "lai2015"): _by_share,
    ("nuswide", "lai2015"): per_class(100, 500),
    ("nuswide", "hashnet81"): functools.partial(
        drawn, queries=5000, training=10_000
    ),
    ("nuswide", "lists"): as_listed,
    ("nuswide", "mini"): per_class(10, 50),
    ("nuswide", "mini81"): functools.partial(drawn, queries=250, training=500),
}
