"""A cache of network outputs: one row per image, in memory or on disk."""

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from tf_dnnh.data import ArraySource, ImageDataset
from tf_dnnh.fingerprint import code_description
from tf_dnnh.models import HashingModel


@dataclasses.dataclass(frozen=True)
class OutputCache:
    """Outputs of a network for the images of a data set.

    Rows are marked as done once they are written, so a killed process loses at
    most one batch. Several processes may fill the same files: all compute the
    same values.

    Attributes:
        values: float32 [images, ...].
        done: bool [images], which rows have been computed.
    """

    values: np.ndarray
    done: np.ndarray

    @classmethod
    def in_memory(cls, images: int, shape: tuple[int, ...]) -> "OutputCache":
        """Returns an empty cache that ends with the process."""
        return cls(
            np.empty([images, *shape], np.float32), np.zeros(images, "?")
        )

    @classmethod
    def on_disk(
        cls, folder: Path, key: str, images: int, shape: tuple[int, ...]
    ) -> "OutputCache":
        """Opens a cache that outlives the process.

        Args:
            folder: holds its files; created if it does not exist.
            key: from `cache_key`, the name of its files.
            images: number of rows.
            shape: shape of a row.
        """
        folder.mkdir(parents=True, exist_ok=True)
        return cls(
            _map(folder / f"{key}.values", np.float32, (images, *shape)),
            _map(folder / f"{key}.done", np.bool_, (images,)),
        )

    def fill(
        self,
        indices: np.ndarray,
        batch_size: int,
        inputs: Callable[[np.ndarray], Iterable[tf.Tensor]],
        compute: Callable[[tf.Tensor, int], tf.Tensor],
        description: str | None = None,
    ) -> None:
        """Computes the rows that are missing.

        Batches, and thus values, are the same whether or not an earlier
        process was interrupted.

        Args:
            indices: int [n], rows.
            batch_size: images per batch.
            inputs: streams the batches of the given images.
            compute: maps a batch and its number to rows.
            description: label of the progress bar; None for no bar.
        """
        parts = np.split(indices, range(batch_size, len(indices), batch_size))
        todo = [(i, p) for i, p in enumerate(parts) if not self.done[p].all()]
        if not todo:
            return
        missing = sum(len(part) for _, part in todo)
        with tqdm(
            total=len(indices),
            initial=len(indices) - missing,
            desc=description,
            unit="img",
            disable=True if description is None else None,
        ) as progress:
            stream = inputs(np.concatenate([part for _, part in todo]))
            for (number, part), batch in zip(todo, stream, strict=True):
                self.values[part] = compute(batch, number).numpy()
                self.done[part] = True
                progress.update(len(part))


def cache_key(
    model: HashingModel, network: keras.Model, dataset: ImageDataset
) -> str:
    """Hashes everything that a network's outputs on a data set depend on.

    Args:
        model: the whole network, for its preprocessing.
        network: the part whose outputs are cached, or `model` itself.
        dataset: the images, identified by their pixels where they are in
            memory, otherwise by name, size and modification time of their
            files.

    Returns:
        32 hexadecimal digits.
    """
    digest = hashlib.sha256()
    # Keras numbers models, so their names differ between processes.
    layers = network.get_config() | {"name": None}
    described = code_description(model) | {"network": layers}
    text = json.dumps(described, sort_keys=True, default=str)
    digest.update(text.encode())
    for array in (model.mean, model.std, *network.get_weights()):
        digest.update(np.ascontiguousarray(array).tobytes())
    digest.update("\0".join(dataset.ids.tolist()).encode())
    source = dataset.source
    if isinstance(source, ArraySource):
        digest.update(np.ascontiguousarray(source.images).data)
    else:
        for index in range(len(source)):
            digest.update(f"{source.stamp(index)}\n".encode())
    return digest.hexdigest()[:32]


def _map(path: Path, dtype: type, shape: tuple[int, ...]) -> np.ndarray:
    """Maps a file into memory, extended to its full size by zeros.

    Extending a file never changes values that another process has written.
    """
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    with path.open("ab") as file:
        file.truncate(size)
    return np.memmap(path, dtype, "r+", shape=shape)
