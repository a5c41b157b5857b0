"""Reads prepared TensorFlow Datasets folders, and prepares them on request."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tf_dnnh.data.array_source import ArraySource
from tf_dnnh.data.data_error import DataError
from tf_dnnh.data.image_dataset import ImageDataset

_BATCH = 1000


def default_folder() -> Path:
    """Returns the folder in which TFDS keeps its data by default."""
    default = Path.home() / "tensorflow_datasets"
    return Path(os.environ.get("TFDS_DATA_DIR", default)).expanduser()


def read_tfds(
    name: str,
    tfds_name: str,
    splits: Sequence[str],
    data_dir: str | os.PathLike | None,
    download: bool,
) -> ImageDataset:
    """Decodes splits of a TFDS data set, one after the other, into one array.

    Ids are `SPLIT_NUMBER`, or the data set's own `id`.
    """
    folder = Path(data_dir).expanduser() if data_dir else default_folder()
    version = prepared_version(folder / tfds_name)
    if version is None and not download:
        raise DataError(
            f"{tfds_name} is not prepared in {folder}: add --download to "
            "fetch it there, or give the folder that holds "
            f"{tfds_name}/VERSION/dataset_info.json with --data_dir."
        )
    tfds = _quiet_tfds()
    if version is None:
        with _explained(
            f"TFDS could not prepare {tfds_name} in {folder}",
            "check network, disk space and permissions, or give a prepared "
            "folder with --data_dir.",
        ):
            tfds.builder(tfds_name, data_dir=folder).download_and_prepare()
        version = prepared_version(folder / tfds_name)
    with _explained(
        f"The prepared folder {version} of {tfds_name} is damaged",
        "delete it and prepare it again.",
    ):
        builder = tfds.builder_from_directory(str(version))
    missing = [split for split in splits if split not in builder.info.splits]
    if missing:
        raise DataError(
            f"{version} has no split {missing[0]}: delete the folder and "
            "prepare it again."
        )
    return _read(name, builder, splits)


def prepared_version(folder: Path) -> Path | None:
    """Returns the newest prepared version in a data set's folder, or None."""
    found = sorted(
        folder.glob("**/dataset_info.json"), key=lambda p: p.stat().st_mtime
    )
    return found[-1].parent if found else None


def _quiet_tfds() -> Any:
    """Imports TFDS on first use, without its messages and progress bars."""
    from absl import logging

    try:
        import tensorflow_datasets as tfds
    except ImportError as error:
        raise DataError(
            f"tensorflow-datasets does not load ({error}): install it with "
            "`pip install tensorflow-datasets importlib_resources`."
        ) from error
    logging.set_verbosity(logging.ERROR)
    tfds.disable_progress_bar()
    return tfds


@contextlib.contextmanager
def _explained(what: str, remedy: str) -> Iterator[None]:
    """Turns any error of TFDS into a DataError of one sentence."""
    try:
        yield
    except Exception as error:
        text = str(error).strip() or type(error).__name__
        first_line = text.splitlines()[0][:200]
        raise DataError(f"{what} ({first_line}): {remedy}") from error


def numbered(splits: Sequence[str], sizes: Sequence[int]) -> list[str]:
    """Makes an id `SPLIT_NUMBER` for every image of the splits."""
    pairs = zip(splits, sizes, strict=True)
    return [f"{split}_{i:05d}" for split, size in pairs for i in range(size)]


def _read(name: str, builder: Any, splits: Sequence[str]) -> ImageDataset:
    sizes = [builder.info.splits[split].num_examples for split in splits]
    shape = builder.info.features["image"].shape
    images = np.empty([sum(sizes), *shape[:2], 3], np.uint8)
    labels = np.empty([sum(sizes)], np.int64)
    ids = numbered(splits, sizes)
    start = 0
    for split in splits:
        for batch in _batches(builder, split):
            rows = slice(start, start + len(batch["label"]))
            # The one channel of grey images is repeated.
            images[rows] = batch["image"]
            labels[rows] = batch["label"]
            if "id" in batch:
                ids[rows] = [name.decode() for name in batch["id"]]
            start = rows.stop
    return ImageDataset(
        name,
        labels,
        np.array(ids),
        list(builder.info.features["label"].names),
        ArraySource(images),
        np.repeat(splits, sizes),
    )


def _batches(builder: Any, split: str) -> Iterator[dict[str, Any]]:
    # One file after the other: the order must not depend on the machine.
    config = _quiet_tfds().ReadConfig(
        interleave_cycle_length=1, try_autocache=False
    )
    with _explained(
        f"Could not read the {split} split of {builder.name}",
        f"delete {builder.data_path} and prepare it again.",
    ):
        stream = builder.as_dataset(
            split=split,
            batch_size=_BATCH,
            shuffle_files=False,
            read_config=config,
        )
        yield from stream.as_numpy_iterator()
