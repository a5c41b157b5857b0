"""What TensorBoard shows of a run: `tensorboard --logdir=RUN/logs`."""

import pathlib

import numpy as np
import tensorflow as tf

from tf_dnnh import codes, metrics
from tf_dnnh.data import ImageDataset, evaluation_batches
from tf_dnnh.runs.history import EpochRecord

_ROWS = 8
_COLUMNS = 9  # the query and its first eight neighbours


class Summaries:
    """Writes an epoch's record, bit health and sample neighbours.

    Args:
        folder: `logs/` of the run folder.
        dataset: where the validation images come from.
        validation: their indices; empty where nothing is validated.
    """

    def __init__(
        self,
        folder: pathlib.Path,
        dataset: ImageDataset,
        validation: np.ndarray,
    ) -> None:
        self._writer = tf.summary.create_file_writer(str(folder))
        self._dataset = dataset
        self._validation = validation

    def write(self, record: EpochRecord, bits: np.ndarray | None) -> None:
        """Writes one epoch; `bits` are the 0/1 codes of the validation."""
        with self._writer.as_default(step=record.epoch):
            tf.summary.scalar("train/loss", record.loss)
            tf.summary.scalar("train/active_share", record.active_share)
            tf.summary.scalar("train/learning_rate", record.learning_rate)
            tf.summary.scalar("train/epsilon", record.epsilon)
            tf.summary.scalar(
                "train/images_per_second", record.images_per_second
            )
            if record.validation_map is not None:
                tf.summary.scalar("validation/map", record.validation_map)
            if bits is not None:
                self._write_bits(bits)
        self._writer.flush()

    def _write_bits(self, bits: np.ndarray) -> None:
        health = metrics.bit_health(codes.pack(bits), bits.shape[1])
        for name in ("mean_entropy", "max_abs_correlation", "distinct_codes"):
            tf.summary.scalar(f"bits/{name}", health[name])
        tf.summary.histogram("bits/balance", health["balance"], buckets=20)
        tf.summary.image("validation/neighbours", self._neighbours(bits))

    def _neighbours(self, bits: np.ndarray) -> tf.Tensor:
        """A sheet with a query at the left of each row of neighbours."""
        packed = codes.pack(bits)
        queries = np.linspace(0, len(bits) - 1, _ROWS).astype(int)
        distances = codes.hamming_distance(packed[queries, None], packed[None])
        distances[np.arange(_ROWS), queries] = -1  # the query comes first
        order = np.argsort(distances, axis=1, kind="stable")[:, :_COLUMNS]
        chosen = self._validation[order.ravel()]
        (images,) = evaluation_batches(
            self._dataset, chosen, (48, 48), batch_size=len(chosen)
        )
        rows = tf.reshape(images, [_ROWS, -1, 48, 48, 3])
        sheet = tf.reshape(
            tf.transpose(rows, [0, 2, 1, 3, 4]), [_ROWS * 48, -1, 3]
        )
        return tf.cast(tf.round(sheet), tf.uint8)[None]
