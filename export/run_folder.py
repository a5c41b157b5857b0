"""Reads what an export needs from a run folder."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from export.export_error import ExportError
from tf_dnnh.data import ImageDataset, Split, evaluation_batches, load_dataset
from tf_dnnh.fingerprint import model_fingerprint
from tf_dnnh.metrics import mean_average_precision

_FILES = ("model.keras", "config.json", "codes.npz", "result.json")


@dataclasses.dataclass
class RunFolder:
    """A finished run: model, data, and the codes it was scored with.

    Attributes:
        model: the `HashingModel`, computing in float32.
        dataset: the images it was trained and scored on.
        split: which of them are queries, database and training.
        codes: the arrays of `codes.npz`.
        result: `result.json`.
    """

    model: keras.Model
    dataset: ImageDataset
    split: Split
    codes: dict[str, np.ndarray]
    result: dict

    def batches(
        self, indices: np.ndarray, batch_size: int = 64
    ) -> Iterator[np.ndarray]:
        """Yields float32 [batch, height, width, 3], 0..255, in order."""
        size = self.model.image_size
        stream = evaluation_batches(
            self.dataset,
            indices,
            size,
            batch_size,
            load_size=self.model.load_size,
        )
        yield from stream.as_numpy_iterator()

    def encoded(self, index: int) -> bytes:
        """Returns one image as a file, the way a client would send it."""
        source = self.dataset.source
        if hasattr(source, "path"):
            return source.path(index).read_bytes()
        return tf.io.encode_png(source.images[index]).numpy()

    def representative(self, count: int) -> np.ndarray:
        """Returns indices of training images, spread over the split."""
        training = self.split.training
        chosen = np.linspace(0, len(training) - 1, min(count, len(training)))
        return training[chosen.astype(int)]

    def map_of(self, query_codes: np.ndarray) -> float:
        """Scores query codes against the run's database codes.

        Args:
            query_codes: uint8 [n, bytes], of the first n queries.

        Returns:
            MAP by the convention of the run's `map`.
        """
        return mean_average_precision(
            query_codes,
            self.codes["database_codes"],
            self.codes["query_labels"][: len(query_codes)],
            self.codes["database_labels"],
            top_n=self.result["conventions"]["map_top_n"],
        )


def read_run(workdir: Path) -> RunFolder:
    """Reads a run folder and the data set it names.

    Args:
        workdir: folder that `trainers.main` wrote.

    Returns:
        Everything that an export needs.

    Raises:
        ExportError: if the folder is no finished run.
        DataError: if its data set is not where it was.
    """
    missing = [name for name in _FILES if not (workdir / name).exists()]
    if missing:
        raise ExportError(
            f"{workdir} is no finished run, it lacks {', '.join(missing)}: "
            "run `python -m trainers.main --workdir="
            f"{workdir} --dataset=…` to its end first"
        )
    config = json.loads((workdir / "config.json").read_text())
    try:
        model = keras.saving.load_model(workdir / "model.keras", compile=False)
    except (OSError, ValueError, KeyError) as error:
        raise ExportError(
            f"{workdir / 'model.keras'} cannot be read ({error}): restore it, "
            "or train again"
        ) from error
    with np.load(workdir / "codes.npz") as stored:
        codes = dict(stored)
    if str(codes.get("model_fingerprint")) != model_fingerprint(model):
        raise ExportError(
            f"{workdir / 'codes.npz'} was not made by this model.keras with "
            "this preprocessing: run `python -m trainers.main --mode=eval "
            f"--workdir={workdir} --dataset={config['dataset']}` first"
        )
    dataset = load_dataset(
        config["dataset"],
        config["data_dir"],
        download=config["download"],
        protocol=config["protocol"],
    )
    return RunFolder(
        model=in_float32(model),
        dataset=dataset,
        split=Split.load(workdir, dataset),
        codes=codes,
        result=json.loads((workdir / "result.json").read_text()),
    )


def in_float32(model: keras.Model) -> keras.Model:
    """Makes a model that was trained in mixed precision compute in float32.

    Its weights are float32 anyway; servers and devices without bfloat16 or
    float16 arithmetic could not run it otherwise.

    Args:
        model: changed in place.

    Returns:
        The same model.
    """
    for layer in model._flatten_layers():
        layer.dtype_policy = keras.DTypePolicy("float32")
    return model
