"""Summaries of a run for TensorBoard: `tensorboard --logdir=RUN/logs`."""

from pathlib import Path

import numpy as np
import tensorflow as tf

from tf_dnnh import codes, metrics
from tf_dnnh.data import ImageDataset, evaluation_batches
from tf_dnnh.runs.run_folder import EpochRecord
from trainers.actions.action import Action
from trainers.actions.validation import Validation

_ROWS = 8
_COLUMNS = 9  # the query and its first eight neighbours


class Summaries(Action):
    """Writes every epoch's record, bit health and sample neighbours.

    Args:
        folder: `logs/` of the run folder.
        dataset: the images.
        indices: int [n], the validation images.
        validation: provides their codes.
    """

    def __init__(
        self,
        folder: Path,
        dataset: ImageDataset,
        indices: np.ndarray,
        validation: Validation,
    ) -> None:
        self._writer = tf.summary.create_file_writer(str(folder))
        self._dataset = dataset
        self._indices = indices
        self._validation = validation

    def end_epoch(self, epoch: int, record: EpochRecord) -> None:
        """Writes one epoch."""
        with self._writer.as_default(step=epoch):
            for name, value in record.items():
                if value is not None and name != "epoch":
                    tf.summary.scalar(_tag(name), value)
            if self._validation.bits is not None:
                self._write_bits(self._validation.bits)
        self._writer.flush()

    def _write_bits(self, bits: np.ndarray) -> None:
        health = metrics.bit_health(codes.pack(bits), bits.shape[1])
        for name in ("mean_entropy", "max_abs_correlation", "distinct_codes"):
            tf.summary.scalar(f"bits/{name}", health[name])
        tf.summary.histogram("bits/balance", health["balance"], buckets=20)
        tf.summary.image("validation/neighbours", self._neighbours(bits))

    def _neighbours(self, bits: np.ndarray) -> tf.Tensor:
        """Returns uint8 [1, height, width, 3], a query at the left per row."""
        packed = codes.pack(bits)
        queries = np.linspace(0, len(bits) - 1, _ROWS).astype(int)
        distances = codes.hamming_distance(packed[queries, None], packed[None])
        distances[np.arange(_ROWS), queries] = -1  # the query comes first
        order = np.argsort(distances, axis=1, kind="stable")[:, :_COLUMNS]
        chosen = self._indices[order.ravel()]
        (images,) = evaluation_batches(
            self._dataset, chosen, (48, 48), batch_size=len(chosen)
        )
        rows = tf.reshape(images, [_ROWS, -1, 48, 48, 3])
        sheet = tf.reshape(
            tf.transpose(rows, [0, 2, 1, 3, 4]), [_ROWS * 48, -1, 3]
        )
        return tf.cast(tf.round(sheet), tf.uint8)[None]


def _tag(column: str) -> str:
    """Returns TensorBoard's name for a column of the history."""
    group, underscore, rest = column.partition("_")
    named = group == "validation" and underscore
    return f"validation/{rest}" if named else f"train/{column}"
