"""Converts a model to TFLite files for LiteRT, in four precisions.

The files use built-in operators only. Head and packing of the int8 file stay in
float32: quantised logits of a narrow range fall on the wrong side of zero (an
untrained network kept 86 % of its bits, and 99.6 % with the float head), and
the head costs only a few thousand multiplications.
"""

import functools
import json
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from export import tflite_file
from export.formats import FORMATS
from export.saved_model import METADATA_FILE, write_program
from export.signatures import device_signatures
from export.verify import Verifier
from tf_dnnh import commands

Images = Callable[[], Iterable[np.ndarray]]

VARIANTS = tuple(FORMATS["tflite"].agreement)

# The operators of the head, except its last sum.
_FLOAT_OPERATORS = ["BATCH_MATMUL", "GREATER_EQUAL", "RESHAPE", "TRANSPOSE"]


def write_checked(
    name: str, folder: Path, verifier: Verifier
) -> tuple[Path, dict]:
    """Writes and checks `tflite/<name>.tflite`; a `writer` of `Format`."""
    run = verifier.run
    path = folder / "tflite" / f"{name}.tflite"
    path.parent.mkdir(exist_ok=True)

    @functools.cache
    def images() -> list[np.ndarray]:
        return list(run.batches(run.representative, 1))

    write_tflite(run.model, name, path, images, run.metadata)
    used = tflite_file.check_file(path)
    report = verifier.check(tflite_file.lite_runner(path))
    return path, {**report, "operators": used}


def write_tflite(
    model: keras.Model,
    variant: str,
    path: Path,
    images: Images,
    metadata: Mapping,
) -> None:
    """Writes a TFLite file in one of `VARIANTS`, with metadata inside.

    `images` returns images typical of the model's use, float32
    [1, height, width, 3] each, 0..255, to calibrate int8. It may be called
    several times.
    """
    with tempfile.TemporaryDirectory() as scratch:
        program = Path(scratch) / "program"
        write_program(device_signatures(model), program)
        path.write_bytes(_convert(program, variant, images))
    # Interpreters ignore the zip file at the end. Its date is fixed, so that
    # equal exports are equal files.
    entry = zipfile.ZipInfo(METADATA_FILE, (1980, 1, 1, 0, 0, 0))
    values = {**metadata, "variant": variant}
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(entry, json.dumps(values, indent=2, sort_keys=True))


def read_metadata(path: Path) -> dict:
    """Reads the metadata inside an exported TFLite file."""
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read(METADATA_FILE))


def _convert(program: Path, variant: str, images: Images) -> bytes:
    converter = _converter(program)
    if variant != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if variant == "float16":
        converter.target_spec.supported_types = [tf.float16]
    if variant != "int8":
        return converter.convert()
    # The converter renames tensors; the sum that yields the logits is found by
    # its name in a float32 file.
    logits = tflite_file.output_name(_converter(program).convert(), "logits")
    return _convert_int8(converter, images, logits)


def _converter(program: Path) -> tf.lite.TFLiteConverter:
    """Returns a converter restricted to built-in operators."""
    converter = tf.lite.TFLiteConverter.from_saved_model(
        str(program), signature_keys=["encode"]
    )
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
    return converter


def _convert_int8(
    converter: tf.lite.TFLiteConverter, images: Images, logits: str
) -> bytes:
    """Quantises the backbone to int8 and leaves the head in float32."""

    def representative() -> Iterable[dict[str, np.ndarray]]:
        return ({"image": image} for image in images())

    converter.representative_dataset = representative
    experimental = tf.lite.experimental
    options = experimental.QuantizationDebugOptions(
        denylisted_ops=_FLOAT_OPERATORS, denylisted_nodes=[logits]
    )
    with commands.quiet_start(), warnings.catch_warnings():
        # The debugger is the only public way to exclude operators from
        # quantisation; it opens the file once with TensorFlow's own runtime.
        warnings.filterwarnings("ignore", ".*tf.lite.Interpreter is depr.*")
        debugger = experimental.QuantizationDebugger(
            converter=converter,
            debug_dataset=representative,
            debug_options=options,
        )
        return bytes(debugger.get_nondebug_quantized_model())
