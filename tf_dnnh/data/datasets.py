"""Loads a data set by its name on the command line."""

import difflib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tf_dnnh.data.array_source import ArraySource
from tf_dnnh.data.data_error import DataError
from tf_dnnh.data.idx_file import read_idx
from tf_dnnh.data.image_dataset import ImageDataset
from tf_dnnh.data.image_folder import load_image_folder
from tf_dnnh.data.nus_wide.loader import load_nus_wide
from tf_dnnh.data.tfds_reader import (
    default_folder,
    prepared_version,
    read_tfds,
)

Folder = str | os.PathLike | None

# Where Debian's package dataset-fashion-mnist puts the four files.
_DEBIAN_FASHION_MNIST = Path("/usr/share/datasets/fashion-mnist")
_FASHION_MNIST_CLASSES = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
]
_IDX_PARTS = {"train": "train", "test": "t10k"}


def load_dataset(
    name: str,
    data_dir: Folder = None,
    download: bool = False,
    protocol: str | None = None,
    **options: Any,
) -> ImageDataset:
    """Loads a data set.

    Args:
        name: a key of `DATASETS`.
        data_dir: where the data are. Default: nowhere for `digits`, the TFDS
            default folder for those that TFDS prepares; required by
            `image_folder` and `nuswide`.
        download: whether the network may be used; if not, it never is.
        protocol: how it will be divided, where that decides what is loaded:
            `hashnet81` takes all labels of nuswide, `lai2015` those of 21.
        **options: what the data set's own loader takes: `extra` (svhn),
            `csv` and `check` (image_folder), see `load_nus_wide` for nuswide.

    Returns:
        The data set. Small images are in memory, others stay in files.

    Raises:
        DataError: if the name is unknown, or the data are not there.

    Example:
        >>> dataset = load_dataset("digits")
        >>> len(dataset), dataset.num_classes, dataset.image_size
        (1797, 10, (8, 8))
    """
    if name not in DATASETS:
        close = difflib.get_close_matches(name, DATASETS, 1)
        hint = f" (did you mean {close[0]}?)" if close else ""
        raise DataError(
            f"Unknown data set {name!r}{hint}: choose one of "
            f"{', '.join(DATASETS)}."
        )
    # The loader of nuswide says which folders it expects.
    there = data_dir is None or Path(data_dir).expanduser().exists()
    if not there and not download and name != "nuswide":
        raise DataError(
            f"There is no folder {data_dir}: give the folder that holds the "
            f"data of {name} with --data_dir."
        )
    options = PROTOCOL_OPTIONS.get((name, protocol), {}) | options
    return DATASETS[name](data_dir, download, **options)


def _digits(data_dir: Folder, download: bool) -> ImageDataset:
    """The 1,797 handwritten digits that scikit-learn ships, 8x8."""
    del data_dir, download
    from sklearn.datasets import load_digits

    data = load_digits()
    # 0..16 becomes 0..255, and grey becomes RGB.
    grey = np.rint(data.images * (255 / 16)).astype(np.uint8)
    return ImageDataset(
        "digits",
        data.target.astype(np.int64),
        np.array([f"digit_{i:04d}" for i in range(len(grey))]),
        [str(digit) for digit in range(10)],
        ArraySource(np.repeat(grey[..., None], 3, axis=-1)),
    )


def _cifar10(data_dir: Folder, download: bool) -> ImageDataset:
    """CIFAR-10: 50,000 + 10,000 pictures, 32x32."""
    return read_tfds(
        "cifar10", "cifar10", ["train", "test"], data_dir, download
    )


def _svhn(
    data_dir: Folder, download: bool, extra: bool = False
) -> ImageDataset:
    """SVHN's cropped house numbers: 73,257 + 26,032 (+ 531,131) of 32x32."""
    splits = ["train", "test"] + ["extra"] * extra
    return read_tfds("svhn", "svhn_cropped", splits, data_dir, download)


def _fashion_mnist(data_dir: Folder, download: bool) -> ImageDataset:
    """Fashion-MNIST: 60,000 + 10,000 pictures, 28x28.

    Read from the four idx files, in `data_dir` or where Debian installs
    them, or from a TFDS folder.
    """
    name = "fashion_mnist"
    given = Path(data_dir).expanduser() if data_dir else default_folder()
    if _idx_path(given, "train", "images"):
        return _idx_fashion_mnist(given)
    debian = _idx_path(_DEBIAN_FASHION_MNIST, "train", "images")
    if data_dir is None and debian and not prepared_version(given / name):
        return _idx_fashion_mnist(_DEBIAN_FASHION_MNIST)
    try:
        return read_tfds(name, name, ["train", "test"], data_dir, download)
    except DataError as error:
        if download:
            raise
        raise DataError(
            f"{str(error).rstrip('.')}; or give the folder of the four idx "
            "files (Debian: `apt install dataset-fashion-mnist`)."
        ) from None


def _idx_path(folder: Path, part: str, kind: str) -> Path | None:
    rank = {"images": 3, "labels": 1}[kind]
    stem = f"{_IDX_PARTS[part]}-{kind}"
    names = [f"{stem}-idx{rank}-ubyte", f"{stem}.idx{rank}-ubyte"]
    paths = [folder / (name + end) for name in names for end in ("", ".gz")]
    return next((path for path in paths if path.is_file()), None)


def _idx_fashion_mnist(folder: Path) -> ImageDataset:
    images, labels, ids, partition = [], [], [], []
    for part in _IDX_PARTS:
        paths = [_idx_path(folder, part, kind) for kind in ("images", "labels")]
        if None in paths:
            raise DataError(
                f"{folder} lacks {_IDX_PARTS[part]}-labels or -images: "
                "Fashion-MNIST consists of four idx files; fetch all of them."
            )
        pictures, classes = (read_idx(path) for path in paths if path)
        images.append(pictures)
        labels.append(classes)
        ids += [f"{part}_{i:05d}" for i in range(len(pictures))]
        partition += [part] * len(pictures)
    grey = np.concatenate(images)
    return ImageDataset(
        "fashion_mnist",
        np.concatenate(labels).astype(np.int64),
        np.array(ids),
        _FASHION_MNIST_CLASSES,
        ArraySource(np.repeat(grey[..., None], 3, axis=-1)),
        np.array(partition),
    )


def _image_folder(
    data_dir: Folder, download: bool, **options: Any
) -> ImageDataset:
    """The user's own pictures: class subfolders, or a CSV file."""
    del download
    if data_dir is None:
        raise DataError(
            "image_folder needs --data_dir: the folder that holds one "
            "subfolder of images a class, or a CSV file."
        )
    return load_image_folder(data_dir, **options)


def _nuswide(data_dir: Folder, download: bool, **options: Any) -> ImageDataset:
    """NUS-WIDE, from the user's own copy."""
    del download
    return load_nus_wide(data_dir, **options)


# What a protocol asks of its data set's loader.
PROTOCOL_OPTIONS: dict[tuple[str, str | None], dict[str, Any]] = {
    ("nuswide", "hashnet81"): {"concepts": 81},
    ("nuswide", "mini81"): {"concepts": 81},
    ("nuswide", "lists"): {"concepts": None, "label_files": "lists"},
}

DATASETS: dict[str, Callable[..., ImageDataset]] = {
    "digits": _digits,
    "cifar10": _cifar10,
    "svhn": _svhn,
    "fashion_mnist": _fashion_mnist,
    "image_folder": _image_folder,
    "nuswide": _nuswide,
}
