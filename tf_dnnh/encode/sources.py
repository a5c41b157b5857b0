"""Divides a collection of images into shards, and reads the images of one."""

import dataclasses
import hashlib
import itertools
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tf_dnnh.encode.encode_error import EncodeError

# Where encoded images stand in Parquet files, or tf.train.Example in TFRecords.
_IMAGE_KEYS = ("image", "image_bytes", "image/encoded", "bytes", "content")
_ID_KEYS = ("id", "path", "image/filename", "filename", "image_id")
_LABEL_KEYS = ("label", "image/class/text")
_FORMATS = (".parquet", ".tfrecord", ".tfrecords")


Files = tuple[tuple[str, str | None, str], ...]


@dataclasses.dataclass(frozen=True)
class Row:
    """One image: its id, its label if it has one, and its file's content.

    `content` is None where it cannot be read, for the `reason` given.
    """

    id: str
    label: str | None
    content: bytes | None
    reason: str = ""


@dataclasses.dataclass(frozen=True)
class Shard:
    """A part of the images.

    Attributes:
        number: counts from 0.
        path: the folder that the files start from, or a Parquet or TFRecord.
        files: path, label, and size and time of the last change of each
            image; None for a record file.
        start: first record of a record file.
        stop: end of the records.
        stamp: size and time of the last change of a record file.
    """

    number: int
    path: str
    files: Files | None = None
    start: int = 0
    stop: int = 0
    stamp: str = ""

    def key(self) -> str:
        """Returns a hash of which images these are."""
        text = json.dumps(dataclasses.astuple(self), ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def read(self) -> Iterator[Row]:
        """Reads the images one by one."""
        if self.files is not None:
            return _read_files(Path(self.path), self.files)
        parquet = self.path.endswith(".parquet")
        records = _parquet_rows if parquet else _tfrecord_rows
        return itertools.islice(records(self.path), self.start, self.stop)


def find_shards(images: Path, size: int) -> list[Shard]:
    """Divides images into shards of at most `size`.

    Args:
        images: a folder or CSV file as `tf_dnnh.search` takes it; or a Parquet
            or TFRecord file, or a folder that directly contains such files.
        size: images per shard.

    Raises:
        EncodeError, SearchError, DataError: there are no images.
    """
    images = Path(os.path.abspath(images.expanduser()))
    records = [images] if images.suffix in _FORMATS else []
    if images.is_dir():
        found = sorted(images.iterdir())
        records = [path for path in found if path.suffix in _FORMATS]
    if not records:
        return _file_shards(images, size)
    shards: list[Shard] = []
    for path in records:
        count, state = _count(path), path.stat()
        stamp = f"{state.st_size} {state.st_mtime_ns}"
        for start in range(0, count, size):
            stop = min(start + size, count)
            shards.append(
                Shard(len(shards), str(path), None, start, stop, stamp)
            )
    if not shards:
        raise EncodeError(f"There are no records in {images}.")
    return shards


def _file_shards(images: Path, size: int) -> list[Shard]:
    from tf_dnnh.search.picture_files import find_pictures

    listing = find_pictures(images)
    found = [
        (picture.path, picture.label, f"{picture.size} {picture.mtime_ns}")
        for picture in listing.found
    ]
    # The workers find the same problems and name them.
    found += [(path, None, "") for path, _ in listing.problems]
    found.sort(key=lambda one: one[0])
    return [
        Shard(number, str(listing.folder), tuple(found[start : start + size]))
        for number, start in enumerate(range(0, len(found), size))
    ]


def _read_files(folder: Path, files: Files) -> Iterator[Row]:
    from tf_dnnh.search.picture import text_of

    for path, label, _ in files:
        name = text_of(path)
        try:
            if not (folder / path).is_file():
                raise OSError(0, "not a regular file")
            content = (folder / path).read_bytes()
        except OSError as error:
            reason = error.strerror or "cannot be read"
            yield Row(name, label, None, reason)
        else:
            yield Row(name, label, content)


def _count(path: Path) -> int:
    try:
        if path.suffix == ".parquet":
            import pyarrow.parquet

            return pyarrow.parquet.read_metadata(path).num_rows
        import tensorflow as tf

        return sum(1 for _ in tf.data.TFRecordDataset(str(path)))
    except Exception as error:
        # Readers raise errors of many types.
        reason = (str(error).strip() or "no reason given").splitlines()[0]
        raise EncodeError(
            f"{path} cannot be read ({reason}): copy it again."
        ) from error


def _parquet_rows(path: str) -> Iterator[Row]:
    import pyarrow.parquet

    number = 0
    with pyarrow.parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=256):
            for record in batch.to_pylist():
                yield _row(record, path, number)
                number += 1


def _tfrecord_rows(path: str) -> Iterator[Row]:
    import tensorflow as tf

    stream = tf.data.TFRecordDataset(path).as_numpy_iterator()
    for number, text in enumerate(stream):
        example = tf.train.Example.FromString(text)
        record: dict[str, Any] = {}
        for name, feature in example.features.feature.items():
            values = getattr(feature, feature.WhichOneof("kind") or "", None)
            if values is not None and len(values.value) == 1:
                record[name] = values.value[0]
        yield _row(record, path, number)


def _row(record: dict[str, Any], path: str, number: int) -> Row:
    """Finds image, id and label in a record."""

    def first(names: tuple[str, ...]) -> Any:
        found = (record[n] for n in names if record.get(n) is not None)
        return next(found, None)

    content = first(_IMAGE_KEYS)
    if isinstance(content, dict):
        # As the `datasets` library stores images.
        content = content.get("bytes")
    name = _text(first(_ID_KEYS)) or f"{Path(path).name}:{number}"
    if not isinstance(content, bytes):
        keys = ", ".join(_IMAGE_KEYS)
        return Row(name, None, None, f"no encoded image under {keys}")
    return Row(name, _text(first(_LABEL_KEYS)), content)


def _text(value: Any) -> str | None:
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return None if value is None else str(value)
