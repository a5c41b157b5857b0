"""Encodes arrays, streams and files with a hashing model."""

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from keras import ops

from tf_dnnh.codes import code_bytes, pack_logits

if TYPE_CHECKING:
    from tf_dnnh.models.hashing_model import HashingModel

# Bounds the memory of a batch of files: 50 MB per copy of its pixels.
_PIXELS_PER_BATCH = 2**22


def encode(model: "HashingModel", images: Any, batch_size: int) -> np.ndarray:
    """Encodes an array, or batches that may carry labels; see the model."""
    packed = [np.empty((0, code_bytes(model.bits)), np.uint8)]
    for batch in _batches(images, batch_size):
        logits = model.logits(batch)
        packed.append(ops.convert_to_numpy(pack_logits(logits)))
    return np.concatenate(packed)


def _batches(images: Any, batch_size: int) -> Iterator[Any]:
    if hasattr(images, "shape") or isinstance(images, Sequence):
        for start in range(0, len(images), batch_size):
            yield images[start : start + batch_size]
        return
    for batch in images:
        yield batch[0] if isinstance(batch, tuple | list) else batch


def file_batches(
    model: "HashingModel", paths: Iterable[str | os.PathLike]
) -> Iterator[Any]:
    """Decodes and resizes image files as in training.

    Returns float32 batches [batch, height, width, 3], in 0..255.
    """
    import tensorflow as tf

    from tf_dnnh.data.file_source import FileSource
    from tf_dnnh.data.preprocessing import center_crop

    size = model.load_size or model.image_size
    batch_size = max(1, min(256, _PIXELS_PER_BATCH // (size[0] * size[1])))
    source = FileSource("", [os.fspath(path) for path in paths])
    if not len(source):
        return
    rows = tf.data.Dataset.range(len(source)).batch(batch_size)
    for _, images in source.batches(rows, batch_size, size):
        yield center_crop(images, model.image_size)
