"""Writes a SavedModel as TensorFlow Serving wants it."""

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import keras
import tensorflow as tf

from export.metadata import model_metadata
from export.serving import warmup
from export.signatures import Signature, serving_signatures

METADATA_FILE = "tf_dnnh.json"


def write_program(signatures: Mapping[str, Signature], directory: Path) -> None:
    """Writes functions, and the weights they use, as a SavedModel.

    Args:
        signatures: what the program offers.
        directory: where it is written; must not exist.

    Raises:
        OSError: if the disk is full.
    """
    archive = keras.export.ExportArchive()
    # The archive finds the weights in the functions. Tracking the model, too,
    # would write every weight a second time.
    for name, signature in signatures.items():
        archive.add_endpoint(name, signature.function, [signature.spec])
    try:
        archive.write_out(str(directory), verbose=False)
    except tf.errors.ResourceExhaustedError as error:
        full = errno.ENOSPC
        raise OSError(full, os.strerror(full), str(directory)) from error


def write_saved_model(
    model: keras.Model, directory: Path, metadata: Mapping
) -> None:
    """Writes program, weights, warm-up requests and metadata.

    Args:
        model: a `HashingModel`.
        directory: where they are written; must not exist.
        metadata: from `model_metadata`.
    """
    signatures = serving_signatures(model)
    write_program(signatures, directory)
    extra = directory / "assets.extra"
    extra.mkdir()
    warmup.write_requests(signatures, extra / warmup.FILE)
    text = json.dumps(metadata, indent=2, sort_keys=True)
    (extra / METADATA_FILE).write_text(text + "\n")


def next_version(base: Path) -> Path:
    """Returns the folder of the next version, which does not exist yet.

    Args:
        base: folder that a server polls; versions are its numbered folders.
    """
    found = [int(p.name) for p in base.glob("*") if p.name.isdecimal()]
    return base / str(max(found, default=0) + 1)


def publish(written: Path, base: Path) -> Path:
    """Renames a finished model to the next version.

    A server that polls `base` sees the whole model or none of it.

    Args:
        written: a complete SavedModel on the same disk.
        base: folder that a server polls.

    Returns:
        The version's folder.
    """
    base.mkdir(parents=True, exist_ok=True)
    version = next_version(base)
    os.rename(written, version)
    return version


def export_saved_model(
    model: keras.Model, directory: Path, metadata: Mapping | None = None
) -> Path:
    """Exports a model as the next version under a folder.

    Args:
        model: a `HashingModel`.
        directory: folder of the versions, such as `export/saved_model`.
        metadata: what `assets.extra/tf_dnnh.json` holds. Default: what the
            model itself tells.

    Returns:
        The folder of the new version.
    """
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    # Not a number, so servers pass over it.
    beside = Path(tempfile.mkdtemp(prefix=".writing-", dir=directory))
    try:
        written = beside / "model"
        write_saved_model(model, written, metadata or model_metadata(model))
        return publish(written, directory)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
