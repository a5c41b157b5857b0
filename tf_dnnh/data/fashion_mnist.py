"""Fashion-MNIST: 60,000 + 10,000 grey pictures of clothes, 28x28."""

import gzip
import math
import os
from pathlib import Path

import numpy as np

from tf_dnnh.data.array_source import ArraySource
from tf_dnnh.data.data_error import DataError
from tf_dnnh.data.image_dataset import ImageDataset
from tf_dnnh.data.tfds_reader import (
    default_folder,
    numbered,
    prepared_version,
    read_tfds,
)

_NAME = "fashion_mnist"
_CLASSES = [
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
# Where Debian's package dataset-fashion-mnist puts the four files.
_DEBIAN = Path("/usr/share/datasets/fashion-mnist")
_IDX_PARTS = {"train": "train", "test": "t10k"}
_UINT8 = 0x08


def load_fashion_mnist(
    data_dir: str | os.PathLike | None = None, download: bool = False
) -> ImageDataset:
    """Loads Fashion-MNIST from its four idx files or from a TFDS folder.

    Without `data_dir`, the default folder of TFDS is tried first, then the
    folder in which Debian installs the idx files.
    """
    given = Path(data_dir).expanduser() if data_dir else default_folder()
    if _idx_path(given, "train", "images"):
        return _from_idx(given)
    debian = _idx_path(_DEBIAN, "train", "images")
    if data_dir is None and debian and not prepared_version(given / _NAME):
        return _from_idx(_DEBIAN)
    try:
        return read_tfds(_NAME, _NAME, ["train", "test"], data_dir, download)
    except DataError as error:
        if download:
            raise
        raise DataError(
            f"{str(error).rstrip('.')}; or give the folder of the four idx "
            "files (Debian: `apt install dataset-fashion-mnist`)."
        ) from None


def _idx_path(folder: Path, part: str, kind: str) -> Path | None:
    rank = {"images": 3, "labels": 1}[kind]
    stem = folder / f"{_IDX_PARTS[part]}-{kind}"
    names = [f"{stem}-idx{rank}-ubyte", f"{stem}.idx{rank}-ubyte"]
    paths = [Path(name + end) for name in names for end in ("", ".gz")]
    return next((path for path in paths if path.is_file()), None)


def _from_idx(folder: Path) -> ImageDataset:
    images, labels = [], []
    for part, name in _IDX_PARTS.items():
        pictures = _idx_path(folder, part, "images")
        classes = _idx_path(folder, part, "labels")
        if pictures is None or classes is None:
            raise DataError(
                f"{folder} lacks {name}-labels or -images: Fashion-MNIST "
                "consists of four idx files; fetch all of them."
            )
        images.append(read_idx(pictures))
        labels.append(read_idx(classes))
    sizes = list(map(len, images))
    return ImageDataset(
        _NAME,
        np.concatenate(labels).astype(np.int64),
        np.array(numbered(list(_IDX_PARTS), sizes)),
        _CLASSES,
        ArraySource(np.concatenate(images)[..., None].repeat(3, axis=-1)),
        np.repeat(list(_IDX_PARTS), sizes),
    )


def read_idx(path: Path) -> np.ndarray:
    """Reads a uint8 file in MNIST's idx format, gzipped or not.

    The format: two zero bytes, the type (8 is uint8), the rank, one
    big-endian uint32 per dimension, then the values.
    """
    try:
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
    except (OSError, EOFError) as error:
        raise DataError(
            f"Could not read {path} ({error}): fetch the file again."
        ) from error
    start = 4 + 4 * content[3] if len(content) > 3 else 4
    if len(content) < start or content[:3] != bytes([0, 0, _UINT8]):
        raise DataError(f"{path} is not a uint8 idx file: fetch it again.")
    shape = tuple(np.frombuffer(content[4:start], ">u4").tolist())
    if len(content) - start != math.prod(shape):
        raise DataError(
            f"{path} states the shape {shape}, but has {len(content) - start} "
            "bytes of values: fetch the file again."
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)
