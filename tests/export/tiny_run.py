"""Makes a small run folder with a real model on real digits, untrained."""

import functools
import json
import pathlib
import tempfile

import keras
import numpy as np

from export.metadata import model_metadata
from export.saved_model import next_version, write_saved_model
from tf_dnnh import codes
from tf_dnnh.data import evaluation_batches, load_dataset, make_split
from tf_dnnh.fingerprint import model_fingerprint
from tf_dnnh.models import HashingModel, build_hashing_model

BITS, SIZE = 12, 16


def tiny_model(
    seed: int = 0,
    bits: int = BITS,
    head: str = "divide_and_encode",
    scale: float = 20.0,
    views: str = "single",
) -> HashingModel:
    """Builds a model that traces and converts in a second.

    Its logits are spread like those of a trained network, so that rounding
    flips few bits. A small `scale` narrows them.
    """
    init = functools.partial(keras.initializers.HeNormal, seed=seed)
    inputs = keras.Input((SIZE, SIZE, 3))
    x = keras.layers.Conv2D(8, 3, 2, kernel_initializer=init())(inputs)
    x = keras.layers.BatchNormalization()(x)
    x = keras.layers.ReLU()(x)
    x = keras.layers.Flatten()(x)
    x = keras.layers.Dense(4 * bits, "relu", kernel_initializer=init())(x)
    model = build_hashing_model(
        keras.Model(inputs, x),
        bits,
        (SIZE, SIZE, 3),
        head,
        seed=seed,
        views=views,
    )
    model.head.kernel.assign(scale * model.head.kernel)
    model.head.bias.assign(0.15 * scale * np.linspace(-1, 1, bits))
    return model


def make_tiny_run(folder: pathlib.Path, model: HashingModel | None = None):
    """Writes the files that `trainers.main` would; returns the folder."""
    model = model or tiny_model()
    dataset = load_dataset("digits")
    split = make_split(dataset, "lai2015", seed=0)
    folder.mkdir(parents=True, exist_ok=True)
    model.save(folder / "model.keras")
    split.save(folder)
    arrays = {}
    for part, name in (("queries", "query"), ("database", "database")):
        rows = getattr(split, part)
        stream = evaluation_batches(dataset, rows, model.image_size, 256)
        logits = [model.logits(images).numpy() for images in stream]
        bits = codes.bits_from_logits(np.concatenate(logits))
        arrays[f"{name}_codes"] = codes.pack(bits)
        arrays[f"{name}_labels"] = dataset.labels[rows]
        arrays[f"{name}_ids"] = dataset.ids[rows]
    np.savez(
        folder / "codes.npz",
        bits=model.bits,
        model_fingerprint=model_fingerprint(model),
        **arrays,
    )
    config = {
        "dataset": "digits",
        "data_dir": None,
        "download": False,
        "protocol": "lai2015",
    }
    (folder / "config.json").write_text(json.dumps(config))
    result = {
        "dataset": "digits",
        "protocol": "lai2015",
        "split_sha256": split.sha256(),
        "bits": model.bits,
        "metrics": {},
        "conventions": {"map_top_n": None},
    }
    (folder / "result.json").write_text(json.dumps(result))
    return folder


def write_version(model: HashingModel, base: pathlib.Path) -> pathlib.Path:
    """Writes a SavedModel as the next version below `base`."""
    written = base / ".written"
    write_saved_model(model, written, model_metadata(model))
    return written.rename(next_version(base))


@functools.cache
def shared_tiny_run() -> pathlib.Path:
    """Makes one run folder for all tests of a process."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tiny_run"))
    return make_tiny_run(folder)
