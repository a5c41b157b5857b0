"""One row of the table of data sets."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tf_dnnh.data.image_dataset import ImageDataset

Parts = dict[str, np.ndarray]
Protocol = Callable[[ImageDataset, np.ndarray, np.random.Generator], Parts]


@dataclasses.dataclass(frozen=True)
class DatasetSpec:
    """How a data set is loaded, divided, named and scored.

    Attributes:
        title: name in reports, such as `CIFAR-10`.
        load: function from the folder (or None) and options to the data set.
        protocols: named functions from (data set, usable indices, generator)
            to the indices of every part.
        protocol_options: options of `load` that a protocol needs, by its name.
        needs_folder: whether the user must give the folder of the data.
        has_image_dir: whether `load` takes `image_dir` as an option.
        can_download: whether `load` takes `download` as an option.
        map_top_n: number of results that MAP is computed over, or None for all.
        unseen_first: whether reports show `map_unseen` first, because almost
            the whole database is trained on.
        renamed: old names of protocols, still accepted, and their new names.

    Example:
        >>> from tf_dnnh.data import DATASETS
        >>> DATASETS["cifar10"].title, list(DATASETS["cifar10"].protocols)
        ('CIFAR-10', ['lai2015', 'full'])
    """

    title: str
    load: Callable[..., ImageDataset]
    protocols: Mapping[str, Protocol]
    protocol_options: Mapping[str, Mapping[str, Any]] = dataclasses.field(
        default_factory=dict
    )
    needs_folder: bool = False
    has_image_dir: bool = False
    can_download: bool = False
    map_top_n: int | None = None
    unseen_first: bool = False
    renamed: Mapping[str, str] = dataclasses.field(default_factory=dict)
