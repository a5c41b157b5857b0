"""Computes the logits of many images."""

from collections.abc import Iterable

import numpy as np
import tensorflow as tf

from tf_dnnh.data import ImageDataset, evaluation_batches
from tf_dnnh.models import HashingModel
from trainers.frozen.output_cache import OutputCache

# Bounds the memory of a batch: 50 MB per copy of its pixels.
_PIXELS_PER_BATCH = 2**22


class Encoder:
    """Computes the logits of a model for images of a data set.

    Args:
        model: the network.
        dataset: the images.
        batch_size: images per batch. Default: 256, fewer if they are large.
    """

    def __init__(
        self,
        model: HashingModel,
        dataset: ImageDataset,
        batch_size: int | None = None,
    ) -> None:
        if batch_size is None:
            height, width = model.load_size or model.image_size
            most = max(1, _PIXELS_PER_BATCH // (height * width))
            batch_size = min(256, most)
        self._model = model
        self._dataset = dataset
        self._batch_size = batch_size
        self._logits = tf.function(
            lambda images: model.logits(images, training=False),
            reduce_retracing=True,
        )

    def prepare(self, indices: np.ndarray, description: str | None) -> None:
        """Called before `inputs`; subclasses may fill a cache here."""

    def inputs(self, indices: np.ndarray) -> Iterable[tf.Tensor]:
        """Streams the model's inputs for the images `indices`, in order."""
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
        cache: OutputCache | None = None,
    ) -> np.ndarray:
        """Returns float32 [n, bits] for the images `indices`, in order.

        Args:
            indices: int [n].
            description: label of the progress bar; None for no bar.
            cache: provides known logits and receives new ones.
        """
        if cache is None:
            shape = (self._model.bits,)
            cache = OutputCache.in_memory(len(self._dataset), shape)
        self.prepare(indices, description)
        cache.fill(
            indices,
            self._batch_size,
            self.inputs,
            lambda batch, number: self._logits(batch),
            description,
        )
        return np.array(cache.values[indices])
