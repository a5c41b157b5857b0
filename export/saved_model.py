"""Writes a SavedModel as TensorFlow Serving expects it."""

import errno
import json
import os
from collections.abc import Mapping
from pathlib import Path

import keras
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

from export.serving import warmup
from export.signatures import Signature, serving_signatures
from export.verify import Verifier

METADATA_FILE = "tf_dnnh.json"


def write_program(signatures: Mapping[str, Signature], directory: Path) -> None:
    """Writes functions and the weights they use to a new directory."""
    archive = keras.export.ExportArchive()
    # The archive finds the weights in the functions. Tracking the model as well
    # would write every weight twice.
    for name, signature in signatures.items():
        archive.add_endpoint(name, signature.function, [signature.spec])
    try:
        archive.write_out(str(directory), verbose=False)
    except tf.errors.ResourceExhaustedError as error:
        full = errno.ENOSPC
        raise OSError(full, os.strerror(full), str(directory)) from error


def write_checked(
    name: str, folder: Path, verifier: Verifier
) -> tuple[Path, dict]:
    """Writes the SavedModel and checks it; a `writer` of `Format`."""
    directory = folder / name
    write_saved_model(verifier.run.model, directory, verifier.run.metadata)
    report = verifier.check_saved_model(directory)
    return directory, {**report, "operators": operators(directory)}


def write_saved_model(
    model: keras.Model, directory: Path, metadata: Mapping
) -> None:
    """Writes a model, warm-up requests and metadata to a new directory."""
    signatures = serving_signatures(model)
    write_program(signatures, directory)
    extra = directory / "assets.extra"
    extra.mkdir()
    warmup.write_requests(signatures, extra / warmup.FILE)
    text = json.dumps(metadata, indent=2, sort_keys=True)
    (extra / METADATA_FILE).write_text(text + "\n")


def next_version(base: Path) -> Path:
    """Returns the folder of the next version, which does not exist yet."""
    found = [int(p.name) for p in base.glob("*") if p.name.isdecimal()]
    return base / str(max(found, default=0) + 1)


def operators(directory: Path) -> list[str]:
    """Returns the names of the operators that a SavedModel uses, sorted."""
    program = saved_model_pb2.SavedModel.FromString(
        (directory / "saved_model.pb").read_bytes()
    )
    graph = program.meta_graphs[0].graph_def
    nodes = [node.op for node in graph.node]
    for function in graph.library.function:
        nodes += [node.op for node in function.node_def]
    functions = {f.signature.name for f in graph.library.function}
    return sorted(set(nodes) - functions)
