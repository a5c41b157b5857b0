"""Converts a model to TFLite files for LiteRT, in four precisions.

Built-in operators only. Head and packing of the int8 file stay in float32:
quantised logits of a narrow range fall on the wrong side of zero (an
untrained net kept 86 % of its bits, with the float head 99.6 %), and the head
is a few thousand multiplications.
"""

import json
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from export.metadata import model_metadata
from export.operators import output_name
from export.saved_model import METADATA_FILE, write_program
from export.signatures import device_signatures
from tf_dnnh import commands

Images = Callable[[], Iterable[np.ndarray]]

VARIANTS = ("float32", "float16", "dynamic_range", "int8")

# What follows the features in the head, its last sum apart.
_FLOAT_OPERATORS = ["BATCH_MATMUL", "GREATER_EQUAL", "RESHAPE", "TRANSPOSE"]


def representative_batches(images: Iterable[np.ndarray]) -> Images:
    """Keeps images for the converter, which asks for them several times.

    Args:
        images: float32 [1, height, width, 3] each, 0..255.
    """
    kept = list(images)
    return lambda: kept


def convert(program: Path, variant: str, images: Images) -> bytes:
    """Converts a SavedModel's `encode` signature.

    Args:
        program: a SavedModel with the signature `encode`.
        variant: one of `VARIANTS`.
        images: yields float32 [1, height, width, 3], 0..255, of the kind the
            model will see; int8 ranges are measured on them.

    Returns:
        The file's bytes.
    """
    converter = _converter(program)
    if variant != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if variant == "float16":
        converter.target_spec.supported_types = [tf.float16]
    if variant != "int8":
        return converter.convert()
    # The converter names tensors anew; the sum that yields the logits is found
    # by the name that a float32 file gives it.
    logits = output_name(_converter(program).convert(), "logits")
    return _convert_int8(converter, images, logits)


def _converter(program: Path) -> tf.lite.TFLiteConverter:
    """Returns a converter that admits built-in operators only."""
    converter = tf.lite.TFLiteConverter.from_saved_model(
        str(program), signature_keys=["encode"]
    )
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
    return converter


def _convert_int8(
    converter: tf.lite.TFLiteConverter, images: Images, logits: str
) -> bytes:
    """Quantises the trunk to int8 and leaves the head in float32."""

    def representative() -> Iterable[dict[str, np.ndarray]]:
        return ({"image": image} for image in images())

    converter.representative_dataset = representative
    experimental = tf.lite.experimental
    options = experimental.QuantizationDebugOptions(
        denylisted_ops=_FLOAT_OPERATORS, denylisted_nodes=[logits]
    )
    with commands.quiet_start(), warnings.catch_warnings():
        # The debugger is the converter's only public way to except
        # operators; it opens the file once with TensorFlow's own runtime.
        warnings.filterwarnings("ignore", ".*tf.lite.Interpreter is depr.*")
        debugger = experimental.QuantizationDebugger(
            converter=converter,
            debug_dataset=representative,
            debug_options=options,
        )
        return bytes(debugger.get_nondebug_quantized_model())


def add_metadata(path: Path, metadata: Mapping) -> None:
    """Appends metadata as a zip entry, which interpreters pass over.

    Args:
        path: a TFLite file; afterwards a zip file, too.
        metadata: what JSON holds.
    """
    # A fixed date, so that equal exports are equal files.
    entry = zipfile.ZipInfo(METADATA_FILE, (1980, 1, 1, 0, 0, 0))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(entry, json.dumps(metadata, indent=2, sort_keys=True))


def read_metadata(path: Path) -> dict:
    """Reads what `add_metadata` wrote.

    Args:
        path: a TFLite file of ours.
    """
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read(METADATA_FILE))


def export_tflite(
    model: keras.Model,
    directory: Path,
    representative: Images,
    metadata: Mapping | None = None,
    variants: Sequence[str] = VARIANTS,
) -> dict[str, Path]:
    """Writes TFLite files, metadata inside.

    Args:
        model: a `HashingModel`.
        directory: folder of the files; made if absent.
        representative: yields float32 [1, height, width, 3], 0..255, of the
            kind the model will see, for the ranges of int8.
        metadata: Default: what the model itself tells.
        variants: which of `VARIANTS`.

    Returns:
        {variant: path of its file}.
    """
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    metadata = metadata or model_metadata(model)
    paths = {}
    with tempfile.TemporaryDirectory() as scratch:
        program = Path(scratch) / "program"
        write_program(device_signatures(model), program)
        for variant in variants:
            path = directory / f"{variant}.tflite"
            path.write_bytes(convert(program, variant, representative))
            add_metadata(path, {**metadata, "variant": variant})
            paths[variant] = path
    return paths
