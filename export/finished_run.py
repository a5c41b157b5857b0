"""Reads a finished run for the exporter."""

import dataclasses
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from export.export_error import ExportError
from export.metadata import model_metadata
from tf_dnnh.data import ImageDataset, Split, evaluation_batches, load_dataset
from tf_dnnh.fingerprint import model_fingerprint
from tf_dnnh.metrics import mean_average_precision
from tf_dnnh.runs.run_folder import RunFolder


@dataclasses.dataclass
class FinishedRun:
    """A finished run: model, data, and the codes that were evaluated.

    `model` computes in float32. `representative`, int64 [n], indexes training
    images spread over the split. `codes` holds the arrays of `codes.npz`.
    """

    model: keras.Model
    dataset: ImageDataset
    split: Split
    representative: np.ndarray
    codes: dict[str, np.ndarray]
    result: dict[str, Any]

    @functools.cached_property
    def metadata(self) -> dict[str, Any]:
        """The metadata of every exported file."""
        return model_metadata(self.model, self.result)

    def batches(
        self, indices: np.ndarray, batch_size: int = 64
    ) -> Iterator[np.ndarray]:
        """Yields float32 [batch, height, width, 3], 0..255, in order."""
        stream = evaluation_batches(
            self.dataset,
            indices,
            self.model.image_size,
            batch_size,
            load_size=self.model.load_size,
        )
        yield from stream.as_numpy_iterator()

    def encoded(self, index: int) -> bytes:
        """Returns an image as the content of a file, as a client sends it."""
        source = self.dataset.source
        if hasattr(source, "path"):
            return source.path(index).read_bytes()
        return tf.io.encode_png(source.images[index]).numpy()

    def map_of(self, query_codes: np.ndarray, queries: np.ndarray) -> float:
        """Computes MAP against the database, by the run's own convention.

        Args:
            query_codes: uint8 [n, bytes].
            queries: int64 [n], their positions in `split.queries`.
        """
        return mean_average_precision(
            query_codes,
            self.codes["database_codes"],
            self.codes["query_labels"][queries],
            self.codes["database_labels"],
            top_n=self.result["conventions"]["map_top_n"],
        )


def spread(length: int, count: int) -> np.ndarray:
    """Returns at most `count` positions, evenly spread from end to end.

    Images are often listed class by class; the first ones share a class.

    Example:
        >>> spread(10, 4)
        array([0, 3, 6, 9])
    """
    return np.linspace(0, length - 1, min(count, length)).astype(np.int64)


def read_run(workdir: Path, representative_images: int = 200) -> FinishedRun:
    """Reads a run folder and the data set that its configuration names.

    Raises:
        RunError: if the run is not finished or its files are damaged.
        ExportError: if its codes were made by another model.
        DataError: if its data set is no longer where it was.
    """
    folder = RunFolder(workdir)
    model, codes = folder.load_model(), folder.read_codes()
    if str(codes.get("model_fingerprint")) != model_fingerprint(model):
        raise ExportError(
            f"{workdir / 'codes.npz'} was not made by this model.keras with "
            "this preprocessing: run `python -m trainers.main --mode=eval "
            f"--workdir={workdir}` first"
        )
    config = folder.read_config()
    dataset = load_dataset(
        config["dataset"],
        config["data_dir"],
        download=config["download"],
        protocol=config["protocol"],
        image_dir=config.get("image_dir"),
    )
    split = Split.load(workdir, dataset)
    chosen = spread(len(split.training), representative_images)
    return FinishedRun(
        model=in_float32(model),
        dataset=dataset,
        split=split,
        representative=split.training[chosen],
        codes=codes,
        result=folder.read_result(),
    )


def in_float32(model: keras.Model) -> keras.Model:
    """Rebuilds in float32 a model that was trained in mixed precision.

    Machines without half-precision arithmetic could not run it otherwise.
    """
    copy = type(model).from_config(_float32_config(model.get_config()))
    copy.set_weights(model.get_weights())
    return copy


def _float32_config(config: Any) -> Any:
    """Returns a configuration with every dtype policy set to float32."""
    if isinstance(config, list | tuple):
        return type(config)(map(_float32_config, config))
    if not isinstance(config, dict):
        return config
    if config.get("class_name") == "DTypePolicy":
        return keras.dtype_policies.serialize(keras.DTypePolicy("float32"))
    return {key: _float32_config(value) for key, value in config.items()}
