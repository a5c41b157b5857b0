"""Runs a TFLite file as a device would, and inspects its content."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from tensorflow.lite.python import schema_py_generated as schema

from export.export_error import ExportError
from export.verify import Encode
from tf_dnnh import commands


def lite_runner(path: Path) -> Encode:
    """Opens the `encode` of a file with LiteRT, for batches of any size."""
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError as error:
        raise ExportError(
            "TFLite files are run before they are published, and LiteRT is "
            "not installed: pip install 'tf_dnnh[lite]', or leave tflite out "
            "of --formats"
        ) from error
    with commands.quiet_start():
        interpreter = Interpreter(model_path=str(path), num_threads=1)
        encode = interpreter.get_signature_runner("encode")
        # The first call creates the delegate, which prints a message.
        (image,) = interpreter.get_input_details()
        encode(image=np.zeros(image["shape"], np.float32))
    height, width = image["shape"][1:3]

    def run(images: np.ndarray) -> dict[str, np.ndarray]:
        if images.shape[1:] != (height, width, 3):
            # LiteRT would resize its input and compute a meaningless code.
            raise ExportError(
                f"{path.name} takes images of {height} x {width} pixels: "
                f"resize them. Received: {list(images.shape)}"
            )
        # The runner does not keep the interpreter alive.
        return encode(image=images) if interpreter else {}

    return run


def _parsed(content: bytes) -> Any:
    return schema.ModelT.InitFromPackedBuf(content, 0)


def output_name(content: bytes, output: str) -> str:
    """Returns the name of the tensor behind an output of the signature."""
    model = _parsed(content)
    (tensor,) = (
        entry.tensorIndex
        for entry in model.signatureDefs[0].outputs
        if entry.name.decode() == output
    )
    return model.subgraphs[0].tensors[tensor].name.decode()


def operators(path: Path) -> list[str]:
    """Returns the names of the operators that a file uses, sorted.

    Those that are not built in have mixed case, such as `FlexBitwiseAnd`.
    """
    names = {
        value: name
        for name, value in vars(schema.BuiltinOperator).items()
        if isinstance(value, int)
    }
    model = _parsed(path.read_bytes())
    used = set()
    for graph in model.subgraphs:
        for operator in graph.operators:
            kind = model.operatorCodes[operator.opcodeIndex]
            if kind.customCode:
                used.add(kind.customCode.decode())
            else:
                # Old readers know only the first field, which ends at 127.
                code = max(kind.builtinCode, kind.deprecatedBuiltinCode)
                used.add(names[code])
    return sorted(used)


def _float_constants(path: Path) -> Iterator[tuple[str, np.ndarray]]:
    """Yields the name and value of every float constant."""
    dtypes = {
        schema.TensorType.FLOAT32: np.float32,
        schema.TensorType.FLOAT16: np.float16,
    }
    model = _parsed(path.read_bytes())
    for graph in model.subgraphs:
        for tensor in graph.tensors:
            data = model.buffers[tensor.buffer].data
            if tensor.type in dtypes and data is not None:
                values = np.asarray(data, np.uint8).view(dtypes[tensor.type])
                yield tensor.name.decode(), values


def check_file(path: Path) -> list[str]:
    """Checks that devices can run a file, and returns its operators.

    Raises `ExportError` for operators that are not built in, for weights in
    variables (which would be empty on the device) and for constants that are
    not finite.
    """
    used = operators(path)
    variables = [name for name in used if "VAR_HANDLE" in name]
    custom = [name for name in used if not name.isupper()]
    if variables or custom:
        raise ExportError(
            f"{path.name} needs {', '.join(custom + variables)}, which "
            "devices lack: build the model from operators that are built "
            "into TFLite"
        )
    for name, values in _float_constants(path):
        if not np.isfinite(values).all():
            raise ExportError(
                f"{path.name} has weights that are not finite, in {name}: "
                "train the model again with a lower learning rate"
            )
    return used
