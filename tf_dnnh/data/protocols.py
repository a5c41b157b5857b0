"""Protocols: functions that divide a data set, most of them as papers do.

Each takes (data set, usable indices, generator) and returns the indices of
every part; `datasets.DATASETS` lists the protocols of each data set.
"""

import numpy as np

from tf_dnnh.data.data_error import DataError, TooFewImagesError
from tf_dnnh.data.dataset_spec import Parts
from tf_dnnh.data.image_dataset import ImageDataset
from tf_dnnh.data.sized_protocol import SizedProtocol
from tf_dnnh.data.split import PARTS
from tf_dnnh.data.stratified import draw_per_class, draw_share

_QUERY_SHARE = 0.1


def per_class(queries: int, training: int) -> SizedProtocol:
    """Makes the paper's protocol for given numbers of images per class.

    Args:
        queries: query images per class.
        training: training images per class, from those left.

    Returns:
        The protocol; its database is all usable images but the queries.

    Reference:
        Section 4.1 of the paper.
    """
    sizes = {"queries_per_class": queries, "training_per_class": training}
    return SizedProtocol(_per_class, sizes)


def drawn(queries: int, training: int) -> SizedProtocol:
    """Makes a protocol that draws so many images, regardless of their classes.

    Reference:
        Cao, Long, Wang and Yu, "HashNet: Deep Learning to Hash by
        Continuation", ICCV 2017, section 4.1.
    """
    return SizedProtocol(_drawn, {"queries": queries, "training": training})


def _per_class(
    dataset: ImageDataset,
    usable: np.ndarray,
    rng: np.random.Generator,
    queries_per_class: int,
    training_per_class: int,
) -> Parts:
    counts = [queries_per_class, training_per_class]
    parts = draw_per_class(dataset, usable, counts, rng)
    return _with_database(usable, *parts)


def _drawn(
    dataset: ImageDataset,
    usable: np.ndarray,
    rng: np.random.Generator,
    queries: int,
    training: int,
) -> Parts:
    if len(usable) < queries + training:
        raise TooFewImagesError(
            f"The protocol needs {queries + training:,} labelled images "
            f"of {dataset.name}, but found {len(usable):,}"
        )
    order = rng.permutation(usable)
    chosen = order[: queries + training]
    return _with_database(usable, chosen[:queries], chosen[queries:])


def makers_split(
    dataset: ImageDataset, usable: np.ndarray, rng: np.random.Generator
) -> Parts:
    """Searches the makers' training part with the images of their test part."""
    if dataset.partition is None:
        raise DataError(
            f"{dataset.name} has no training and test part of its own: choose "
            "another protocol."
        )
    queries, train = _listed(dataset, usable, "test", "train").values()
    return {"queries": queries, "database": train, "training": train}


def holdout(
    dataset: ImageDataset, usable: np.ndarray, rng: np.random.Generator
) -> Parts:
    """Takes the user's own parts, or a tenth of every class as queries."""
    if dataset.partition is not None:
        return _users_split(dataset, usable)
    queries = draw_share(dataset, usable, _QUERY_SHARE, rng, minimum=1)
    if not len(queries):
        raise DataError(
            f"{dataset.name} has no class with two images: add images."
        )
    return _with_database(usable, queries)


def _users_split(dataset: ImageDataset, usable: np.ndarray) -> Parts:
    parts = _listed(dataset, usable, "queries", "training", "validation")
    if not len(parts["queries"]):
        raise DataError(
            f"The parts given for {dataset.name} have no queries: mark some "
            "images `queries`, or give no parts."
        )
    database = usable[~np.isin(usable, parts["queries"])]
    if not len(parts["training"]):
        parts["training"] = database[~np.isin(database, parts["validation"])]
    return parts | {"database": database}


def _as_listed(
    dataset: ImageDataset,
    usable: np.ndarray,
    rng: np.random.Generator,
    training: int | None,
    training_per_class: int | None,
) -> Parts:
    """Takes the parts that NUS-WIDE's list files are named after.

    Without a database list, the database is all images but the queries. With
    a size, training images are drawn from those listed, or else from the
    database.
    """
    listed = _listed(dataset, usable, *PARTS)
    if not len(listed["queries"]):
        raise DataError(
            f"No list file of {dataset.name} names queries: call one test.txt, "
            "or choose another protocol."
        )
    if not len(listed["database"]):
        listed["database"] = np.setdiff1d(usable, listed["queries"])
    if training is None and training_per_class is None:
        if not len(listed["training"]):
            raise DataError(
                f"No list file of {dataset.name} names training images: call "
                "one train.txt, or draw them from the database with "
                "--override=training_per_class=500."
            )
        return listed
    pool = listed["training"] if len(listed["training"]) else listed["database"]
    if training_per_class is not None:
        drawn = draw_per_class(dataset, pool, [training_per_class], rng)[0]
    else:
        drawn = rng.permutation(pool)[:training]
    return listed | {"training": drawn}


as_listed = SizedProtocol(
    _as_listed, {"training": None, "training_per_class": None}
)


def _with_database(
    usable: np.ndarray, queries: np.ndarray, training: np.ndarray | None = None
) -> Parts:
    """Adds the database: all but the queries. Training defaults to it."""
    database = usable[~np.isin(usable, queries)]
    if training is None:
        training = database
    return {"queries": queries, "database": database, "training": training}


def _listed(dataset: ImageDataset, usable: np.ndarray, *parts: str) -> Parts:
    """Returns the images of each part; `a+b` stands for two parts."""
    if dataset.partition is None:
        return dict.fromkeys(parts, usable[:0])
    named = [set(name.split("+")) for name in dataset.partition[usable]]
    return {
        part: usable[np.array([part in names for names in named], bool)]
        for part in parts
    }
