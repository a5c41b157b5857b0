"""Logits of many images, and the score of a model under training."""

from collections.abc import Iterable

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from tf_dnnh import codes, metrics
from tf_dnnh.data import ImageDataset, evaluation_batches
from tf_dnnh.models import HashingModel

# Bounds the memory of a batch on its way: 50 MB a copy.
_PIXELS_A_BATCH = 2**22


class Encoder:
    """Computes the logits of a model for images of a data set.

    Args:
        model: the network.
        dataset: where the images come from.
        batch_size: images at a time. Default: 256, fewer of large ones.
    """

    def __init__(
        self,
        model: HashingModel,
        dataset: ImageDataset,
        batch_size: int | None = None,
    ) -> None:
        self._model = model
        self._dataset = dataset
        if batch_size is None:
            height, width = model.load_size or model.image_size
            most = max(1, _PIXELS_A_BATCH // (height * width))
            batch_size = min(256, most)
        self._batch_size = batch_size
        self._logits = tf.function(
            lambda images: model.logits(images, training=False),
            reduce_retracing=True,
        )

    def batches(
        self, indices: np.ndarray, description: str | None
    ) -> Iterable[tf.Tensor]:
        """Yields what the model takes, in order.

        Args:
            indices: int [n].
            description: of a progress bar, where there is much to do first.
        """
        del description
        return evaluation_batches(
            self._dataset,
            indices,
            self._model.image_size,
            self._batch_size,
            load_size=self._model.load_size,
        )

    def logits(
        self,
        indices: np.ndarray,
        description: str | None = None,
        logits: np.ndarray | None = None,
    ) -> np.ndarray:
        """Returns float32 [n, bits] for the images `indices`, in order.

        Args:
            indices: int [n].
            description: of the progress bar; None shows none.
            logits: array that receives them; where its first rows are
                numbers, not NaN, these are taken as computed.
        """
        if logits is None:
            logits = np.full([len(indices), self._model.bits], np.nan, "f4")
        todo = np.isnan(logits).any(axis=1)
        start = int(todo.argmax()) if todo.any() else len(indices)
        # Batches are the same as without interruption.
        start -= start % self._batch_size if todo.any() else 0
        with tqdm(
            total=len(indices),
            initial=start,
            desc=description,
            unit="img",
            disable=True if description is None else None,
        ) as progress:
            for images in self.batches(indices[start:], description):
                values = self._logits(images).numpy()
                logits[start : start + len(values)] = values
                start += len(values)
                progress.update(len(values))
        return logits


def validate(
    encoder: Encoder, dataset: ImageDataset, indices: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Scores a model on its validation images, none of them trained on.

    Every validation image searches among the others.

    Returns:
        Tie-aware average precisions [n] in [0, 1], and the 0/1 bits [n, bits].
    """
    bits = codes.bits_from_logits(encoder.logits(indices)).astype(np.uint8)
    packed, labels = codes.pack(bits), dataset.labels[indices]
    histograms = metrics.distance_histograms(
        packed, packed, labels, labels, bits.shape[1], exclude_self=True
    )
    return metrics.average_precision(*histograms), bits
