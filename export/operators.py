"""Looks into exported files: their operators and constants."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from tensorflow.core.protobuf import saved_model_pb2
from tensorflow.lite.python import schema_py_generated as schema

from export.export_error import ExportError


def _parsed(content: bytes) -> Any:
    """Parses a flatbuffer."""
    return schema.ModelT.InitFromPackedBuf(content, 0)


def output_name(content: bytes, output: str) -> str:
    """Returns the name of the tensor behind an output of the signature.

    Args:
        content: a TFLite file.
        output: name that the signature gives it.
    """
    model = _parsed(content)
    (tensor,) = (
        entry.tensorIndex
        for entry in model.signatureDefs[0].outputs
        if entry.name.decode() == output
    )
    return model.subgraphs[0].tensors[tensor].name.decode()


def operators(path: Path) -> list[str]:
    """Returns the names of the operators that a file uses, sorted.

    Args:
        path: a TFLite file. Operators that are not built in have the name
            their maker gave them, such as `FlexBitwiseAnd`.
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
    """Yields name and value of every float constant."""
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
    """Refuses a file that would not run, or not rightly, on a device.

    Args:
        path: a TFLite file.

    Returns:
        Its operators.

    Raises:
        ExportError: if it needs operators that are not built in, holds its
            weights in variables (which the device would find empty), or has
            constants that are not finite.
    """
    used = operators(path)
    variables = [name for name in used if "VAR_HANDLE" in name]
    custom = [name for name in used if not name.isupper()]
    if variables or custom:
        raise ExportError(
            f"{path.name} needs {', '.join(custom + variables)}, which "
            "devices lack: build the model from operators that TFLite has "
            "built in"
        )
    for name, values in _float_constants(path):
        if not np.isfinite(values).all():
            raise ExportError(
                f"{path.name} has weights that are not finite, in {name}: "
                "train the model again with a lower learning rate"
            )
    return used


def saved_model_operators(directory: Path) -> list[str]:
    """Returns the names of the operators that a SavedModel uses, sorted.

    Args:
        directory: of one version.
    """
    program = saved_model_pb2.SavedModel.FromString(
        (directory / "saved_model.pb").read_bytes()
    )
    graph = program.meta_graphs[0].graph_def
    nodes = [node.op for node in graph.node]
    for function in graph.library.function:
        nodes += [node.op for node in function.node_def]
    functions = {f.signature.name for f in graph.library.function}
    return sorted(set(nodes) - functions)
