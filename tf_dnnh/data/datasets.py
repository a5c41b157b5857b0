"""The table of data sets, and loading by name.

| data set | protocol | queries | training | database |
|---|---|---|---|---|
| cifar10, svhn, fashion_mnist | `lai2015` | 100/class | 500/class | rest |
| digits | `lai2015` (scaled down) | 30/class | 120/class | rest |
| image_folder | `holdout` | 10%/class | all others | rest |
| nuswide (21 concepts) | `lai2015` | 100/concept | 500/concept | rest |
| nuswide (81 concepts) | `hashnet81` | 5,000 | 10,000 | rest |
| nuswide (list files) | `lists` | test.txt | train.txt | database.txt |
| nuswide (any concepts) | `random` | 5,000 | 10,000 | rest |
| nuswide (miniature) | `mini` | 10/concept | 50/concept | rest |
| nuswide (miniature) | `mini81` | 250 | 500 | rest |
| cifar10, svhn, fashion_mnist | `full` | test part | train part | train |

Queries are never in the database; training images always are. Parts given by
the user's own CSV file are kept as they are.
"""

import functools
import os
from pathlib import Path
from typing import Any

from tf_dnnh.data import protocols
from tf_dnnh.data.data_error import DataError
from tf_dnnh.data.dataset_spec import DatasetSpec, Protocol
from tf_dnnh.data.digits import load_digits
from tf_dnnh.data.fashion_mnist import load_fashion_mnist
from tf_dnnh.data.image_dataset import ImageDataset
from tf_dnnh.data.image_folder import load_image_folder
from tf_dnnh.data.nus_wide.loader import load_nus_wide
from tf_dnnh.data.tfds_reader import read_tfds
from tf_dnnh.errors import suggestion

Folder = str | os.PathLike | None


def load_dataset(
    name: str,
    data_dir: Folder = None,
    download: bool = False,
    protocol: str | None = None,
    image_dir: Folder = None,
    **options: Any,
) -> ImageDataset:
    """Loads a data set.

    Args:
        name: a key of `DATASETS`.
        data_dir: folder of the data. Default: the folder of TFDS; `digits`
            needs none, `image_folder` and `nuswide` require one.
        download: whether missing data may be downloaded.
        protocol: name of the protocol that will divide the data set. For
            nuswide it decides what is loaded: `hashnet81` takes all 81
            concepts, `lai2015` takes 21.
        image_dir: folder of the images of nuswide, in `data_dir` or elsewhere.
            Default: they are looked for everywhere in `data_dir`.
        **options: further options of the data set's own loader: `extra`
            (svhn), `csv` and `check` (image_folder), those of
            `load_nus_wide` (nuswide).

    Returns:
        The data set: small images in memory, others left in their files.

    Raises:
        DataError: if the name is unknown, or the data are missing.

    Example:
        >>> dataset = load_dataset("digits")
        >>> len(dataset), dataset.num_classes, dataset.image_size
        (1797, 10, (8, 8))
    """
    spec = dataset_spec(name)
    if spec.can_download:
        options["download"] = download
    if image_dir is not None:
        if not spec.has_image_dir:
            raise DataError(
                f"{name} has no image_dir: leave it out, and give the folder "
                "of the data with --data_dir."
            )
        options["image_dir"] = image_dir
    # Loaders that need a folder describe what they expect in it.
    there = data_dir is None or Path(data_dir).expanduser().exists()
    if not there and not spec.needs_folder:
        remedy = (
            "create it first, or correct --data_dir; --download fills only a "
            "folder that exists."
            if download
            else f"give the folder that holds the data of {name} with "
            "--data_dir."
        )
        raise DataError(f"There is no folder {data_dir}: {remedy}")
    wanted = spec.protocol_options.get(protocol or "", {})
    return spec.load(data_dir, **{**wanted, **options})


def dataset_spec(name: str) -> DatasetSpec:
    """Returns a data set's row of `DATASETS`."""
    if name not in DATASETS:
        raise DataError(
            f"Unknown data set {name!r}{suggestion(name, DATASETS)}: choose "
            f"one of {', '.join(DATASETS)}."
        )
    return DATASETS[name]


def dataset_title(name: str) -> str:
    """Returns a data set's name in reports, or `name` if it is unknown."""
    return DATASETS[name].title if name in DATASETS else name


def _load_svhn(
    data_dir: Folder, download: bool, extra: bool = False
) -> ImageDataset:
    splits = ["train", "test"] + ["extra"] * extra
    return read_tfds("svhn", "svhn_cropped", splits, data_dir, download)


_WITH_TEST_PART: dict[str, Protocol] = {
    "lai2015": protocols.per_class(100, 500),
    "full": protocols.makers_split,
}

DATASETS: dict[str, DatasetSpec] = {
    "digits": DatasetSpec(
        "Digits", load_digits, {"lai2015": protocols.per_class(30, 120)}
    ),
    # 50,000 + 10,000 pictures, 32x32.
    "cifar10": DatasetSpec(
        "CIFAR-10",
        functools.partial(read_tfds, "cifar10", "cifar10", ["train", "test"]),
        _WITH_TEST_PART,
        can_download=True,
    ),
    # Cropped house numbers: 73,257 + 26,032 (+ 531,131 extra), 32x32.
    "svhn": DatasetSpec("SVHN", _load_svhn, _WITH_TEST_PART, can_download=True),
    "fashion_mnist": DatasetSpec(
        "Fashion-MNIST", load_fashion_mnist, _WITH_TEST_PART, can_download=True
    ),
    "image_folder": DatasetSpec(
        "Image folder",
        load_image_folder,
        {"holdout": protocols.holdout},
        needs_folder=True,
        unseen_first=True,
        renamed={"lai2015": "holdout"},
    ),
    "nuswide": DatasetSpec(
        "NUS-WIDE",
        load_nus_wide,
        {
            "lai2015": protocols.per_class(100, 500),
            "hashnet81": protocols.drawn(5000, 10_000),
            "lists": protocols.as_listed,
            "random": protocols.drawn(5000, 10_000),
            "mini": protocols.per_class(10, 50),
            "mini81": protocols.drawn(250, 500),
        },
        {
            "hashnet81": {"concepts": 81},
            "mini81": {"concepts": 81},
            "lists": {"concepts": None, "label_files": "lists"},
            "random": {"concepts": None},
        },
        needs_folder=True,
        has_image_dir=True,
        map_top_n=5000,
    ),
}

# (data set, protocol) -> the function that divides it.
PROTOCOLS: dict[tuple[str, str], Protocol] = {
    (name, protocol): divide
    for name, spec in DATASETS.items()
    for protocol, divide in spec.protocols.items()
}
