"""Logits of many images, and the score of a model under training."""

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from tf_dnnh import codes, metrics
from tf_dnnh.data import ImageDataset, evaluation_batches
from tf_dnnh.models import HashingModel


class Encoder:
    """Computes the logits of a model for images of a data set.

    Args:
        model: the network.
        dataset: where the images come from.
        batch_size: images at a time.
    """

    def __init__(
        self, model: HashingModel, dataset: ImageDataset, batch_size: int = 256
    ) -> None:
        self._model = model
        self._dataset = dataset
        self._batch_size = batch_size
        self._logits = tf.function(
            lambda images: model.logits(images, training=False),
            reduce_retracing=True,
        )

    def logits(
        self, indices: np.ndarray, description: str | None = None
    ) -> np.ndarray:
        """Returns float32 [n, bits] for the images `indices`, in order.

        Args:
            indices: int [n].
            description: of the progress bar; None shows none.
        """
        batches = evaluation_batches(
            self._dataset, indices, self._model.image_size, self._batch_size
        )
        logits = np.empty([len(indices), self._model.bits], np.float32)
        start = 0
        with tqdm(
            total=len(indices),
            desc=description,
            unit="img",
            disable=True if description is None else None,
        ) as progress:
            for images in batches:
                values = self._logits(images).numpy()
                logits[start : start + len(values)] = values
                start += len(values)
                progress.update(len(values))
        return logits


def validate(
    encoder: Encoder, dataset: ImageDataset, indices: np.ndarray
) -> tuple[float, np.ndarray]:
    """Scores a model on its validation images, none of them trained on.

    Every validation image searches among the others.

    Returns:
        Tie-aware MAP in [0, 1], and the 0/1 bits [n, bits].
    """
    bits = codes.bits_from_logits(encoder.logits(indices)).astype(np.uint8)
    packed, labels = codes.pack(bits), dataset.labels[indices]
    histograms = metrics.distance_histograms(
        packed, packed, labels, labels, bits.shape[1], exclude_self=True
    )
    score = metrics.average_precision(*histograms).mean()
    return float(score), bits
