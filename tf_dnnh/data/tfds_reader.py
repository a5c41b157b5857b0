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
    """Returns where TFDS keeps its data unless told otherwise."""
    default = Path.home() / "tensorflow_datasets"
    return Path(os.environ.get("TFDS_DATA_DIR", default)).expanduser()


def read_tfds(
    name: str,
    tfds_name: str,
    splits: Sequence[str],
    data_dir: str | os.PathLike | None,
    download: bool,
) -> ImageDataset:
    """Decodes splits of a TFDS data set into one array.

    Args:
        name: name of the result.
        tfds_name: name of the data set in TFDS.
        splits: what to read, one after the other.
        data_dir: the TFDS folder. Default: TFDS's own default.
        download: whether TFDS may fetch and prepare what is missing.

    Returns:
        All images; ids are `SPLIT_NUMBER`, or what the data set calls `id`.

    Raises:
        DataError: if the data set is not there, or cannot be read.
    """
    folder = Path(data_dir).expanduser() if data_dir else default_folder()
    version = prepared_version(folder / tfds_name)
    if version is None and not download:
        raise DataError(
            f"{tfds_name} is not prepared in {folder}: add --download to "
            "fetch it there, or give the folder that holds "
            f"{tfds_name}/VERSION/dataset_info.json with --data_dir."
        )
    if version is None:
        _prepare(tfds_name, folder)
        version = prepared_version(folder / tfds_name)
    builder = _builder(tfds_name, version or folder)
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
    """Imports TFDS, which takes a while and prints notes."""
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
    """Turns any error of TFDS into one sentence."""
    try:
        yield
    except Exception as error:
        text = str(error).strip() or type(error).__name__
        first_line = text.splitlines()[0][:200]
        raise DataError(f"{what} ({first_line}): {remedy}") from error


def _builder(tfds_name: str, version: Path) -> Any:
    tfds = _quiet_tfds()
    with _explained(
        f"The prepared folder {version} of {tfds_name} is damaged",
        "delete it and prepare it again.",
    ):
        return tfds.builder_from_directory(str(version))


def _prepare(tfds_name: str, folder: Path) -> None:
    tfds = _quiet_tfds()
    with _explained(
        f"TFDS could not prepare {tfds_name} in {folder}",
        "check network, disk space and permissions, or give a prepared "
        "folder with --data_dir.",
    ):
        tfds.builder(tfds_name, data_dir=str(folder)).download_and_prepare()


def _read(name: str, builder: Any, splits: Sequence[str]) -> ImageDataset:
    total = sum(builder.info.splits[split].num_examples for split in splits)
    shape = builder.info.features["image"].shape
    images = np.empty([total, *shape[:2], 3], np.uint8)
    labels = np.empty([total], np.int64)
    ids: list[str] = []
    partition: list[str] = []
    for split in splits:
        first = len(ids)
        for batch in _batches(builder, split):
            start, count = len(ids), len(batch["label"])
            # Grey images have one channel, which is repeated.
            images[start : start + count] = batch["image"]
            labels[start : start + count] = batch["label"]
            numbers = range(start - first, start - first + count)
            own = [name.decode() for name in batch.get("id", ())]
            ids += own or [f"{split}_{i:05d}" for i in numbers]
        partition += [split] * (len(ids) - first)
    return ImageDataset(
        name,
        labels,
        np.array(ids),
        list(builder.info.features["label"].names),
        ArraySource(images),
        np.array(partition),
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
