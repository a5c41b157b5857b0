"""Converts a model to ONNX, for ONNX Runtime on servers and in browsers."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from export.export_error import ExportError
from export.signatures import device_signatures
from export.verify import Encode, Verifier

# Published in 2022; ONNX Runtime reads it from 1.14 on, in browsers too.
OPSET = 18


def write_checked(
    name: str, folder: Path, verifier: Verifier
) -> tuple[Path, dict]:
    """Writes and checks `onnx/model.onnx`; a `writer` of `Format`."""
    path = folder / name / "model.onnx"
    path.parent.mkdir()
    write_onnx(verifier.run.model, path, verifier.run.metadata)
    report = verifier.check(onnx_runner(path))
    onnx, _, _ = _packages()
    used = {node.op_type for node in onnx.load(path).graph.node}
    return path, {**report, "operators": sorted(used)}


def write_onnx(model: keras.Model, path: Path, metadata: Mapping) -> None:
    """Writes `encode` as ONNX, with JSON under the metadata key `tf_dnnh`."""
    onnx, tf2onnx, _ = _packages()
    signature = device_signatures(model)["encode"]
    function = tf.function(
        signature.function, input_signature=[signature.spec], autograph=False
    )
    program, _ = tf2onnx.convert.from_function(
        function, [signature.spec], opset=OPSET
    )
    _bind_constants(program.graph, function.get_concrete_function(), onnx)
    entry = program.metadata_props.add()
    entry.key, entry.value = "tf_dnnh", json.dumps(metadata, sort_keys=True)
    onnx.checker.check_model(program)
    onnx.save(program, path)


def _bind_constants(graph: Any, function: Any, onnx: Any) -> None:
    """Turns captured constants (mean and deviation) into initializers.

    tf2onnx turns everything that a function captures, except its weights, into
    inputs that the user would have to feed.
    """
    values = {
        inner.name: outer
        for outer, inner in function.graph.captures
        if outer.dtype != tf.resource
    }
    used = {name for node in graph.node for name in node.input}
    for value in [v for v in graph.input if v.name in values]:
        graph.input.remove(value)
        if value.name in used:
            constant = values[value.name].numpy()
            graph.initializer.append(
                onnx.numpy_helper.from_array(constant, value.name)
            )


def onnx_runner(path: Path) -> Encode:
    """Opens a file with ONNX Runtime, for batches of any size."""
    _, _, onnxruntime = _packages()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        path, options, providers=["CPUExecutionProvider"]
    )
    names = [output.name for output in session.get_outputs()]

    def encode(images: np.ndarray) -> dict[str, np.ndarray]:
        outputs = session.run(names, {"image": images})
        return dict(zip(names, outputs, strict=True))

    return encode


def _packages() -> tuple[Any, Any, Any]:
    try:
        import onnx
        import onnxruntime
        import tf2onnx
    except ImportError as error:
        raise ExportError(
            "ONNX files need packages that are not installed: pip install "
            "'tf_dnnh[onnx]', or leave onnx out of --formats"
        ) from error
    return onnx, tf2onnx, onnxruntime
