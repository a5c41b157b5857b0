"""Encodes one shard: reads images, runs the model, writes a Parquet file."""

import concurrent.futures
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tf_dnnh import files
from tf_dnnh.codes import code_bytes
from tf_dnnh.encode.sources import Row, Shard
from tf_dnnh.search.reranking import to_bytes

_METADATA = b"tf_dnnh"


class ShardEncoder:
    """Encodes shards with one model; each worker has one.

    Args:
        model: path of the model.
        output: folder of the Parquet files.
        relaxed: whether to write relaxed codes.
        threads: threads for decoding, and for the network. Default: all cores.
    """

    def __init__(
        self, model: str, output: str, relaxed: bool, threads: int | None = None
    ) -> None:
        from tf_dnnh.search.model_files import open_encoder

        threads = threads or os.cpu_count() or 1
        _limit_threads(threads)
        self._encoder = open_encoder(Path(model))
        self._output = Path(output)
        self._relaxed = relaxed
        self._pool = concurrent.futures.ThreadPoolExecutor(threads)

    def __call__(self, shard: Shard) -> dict[str, int]:
        """Encodes a shard and returns how many images it had of each kind."""
        names, labels, codes, relaxed = [], [], [], []
        unreadable: list[tuple[str, str]] = []
        for rows in _batches(shard.read(), self._encoder.batch_size):
            good, images = self._prepared(rows, unreadable)
            if not good:
                continue
            encoded = self._encoder.run(images)
            names += [row.id for row in good]
            labels += [row.label for row in good]
            codes.append(encoded.codes)
            relaxed.append(to_bytes(encoded.relaxed))
        self._write(shard, names, labels, codes, relaxed, unreadable)
        return {"encoded": len(names), "unreadable": len(unreadable)}

    def _prepared(
        self, rows: list[Row], unreadable: list[tuple[str, str]]
    ) -> tuple[list[Row], list[np.ndarray]]:
        """Decodes a batch; appends the images that fail, with the reason."""
        from tf_dnnh.search.picture_error import PictureError

        def prepare(row: Row) -> np.ndarray | str:
            if row.content is None:
                return row.reason
            try:
                return self._encoder.prepare(row.content)
            except PictureError as error:
                return str(error)

        good, images = [], []
        results = self._pool.map(prepare, rows)
        for row, result in zip(rows, results, strict=True):
            if isinstance(result, str):
                unreadable.append((row.id, result))
            else:
                good.append(row)
                images.append(result)
        return good, images

    def _write(
        self,
        shard: Shard,
        names: list[str],
        labels: list[str | None],
        codes: list[np.ndarray],
        relaxed: list[np.ndarray],
        unreadable: list[tuple[str, str]],
    ) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        bits = self._encoder.bits
        columns: dict[str, Any] = {
            "id": pa.array(names, pa.string()),
            "label": pa.array(labels, pa.string()),
            "code": _fixed(codes, code_bytes(bits)),
        }
        if self._relaxed:
            columns["relaxed"] = _fixed(relaxed, bits)
        # One string that is repeated takes no space.
        fingerprint = pa.array([self._encoder.fingerprint], pa.string())
        columns["fingerprint"] = pa.DictionaryArray.from_arrays(
            pa.array(np.zeros(len(names), np.int32)), fingerprint
        )
        facts = {"key": shard.key(), "bits": bits, "unreadable": unreadable}
        table = pa.table(columns).replace_schema_metadata(
            {_METADATA: json.dumps(facts).encode()}
        )
        with files.replacing(part_path(self._output, shard.number)) as beside:
            pq.write_table(table, beside, compression="zstd")


def part_path(output: Path, number: int) -> Path:
    """Returns the Parquet file of a shard."""
    return output / f"part-{number:06d}.parquet"


def read_facts(path: Path) -> dict[str, Any]:
    """Reads what a shard's file says of itself, and its number of rows.

    Raises:
        OSError, ValueError, KeyError: it is missing, damaged or not one of
            ours.
    """
    import pyarrow.parquet as pq

    metadata = pq.read_metadata(path)
    facts = json.loads(metadata.metadata[_METADATA])
    return facts | {"encoded": metadata.num_rows}


def _batches(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _fixed(parts: list[np.ndarray], width: int) -> Any:
    """Returns rows of bytes, uint8 [n, width], as fixed-size binary."""
    import pyarrow as pa

    rows = np.concatenate([np.zeros([0, width], np.uint8), *parts])
    buffer = pa.py_buffer(np.ascontiguousarray(rows))
    kind = pa.binary(width)
    return pa.FixedSizeBinaryArray.from_buffers(kind, len(rows), [None, buffer])


def _limit_threads(threads: int) -> None:
    """Keeps the workers of a machine from sharing cores."""
    from tf_dnnh import commands

    commands.import_tensorflow()
    import tensorflow as tf

    try:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
    except RuntimeError:
        # This process has used TensorFlow before; its threads stay.
        return
