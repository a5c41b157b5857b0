"""Reads and writes the JSON of TensorFlow Serving's REST interface.

Row format: "instances", a list with one entry per image, answered by
"predictions". Column format: "inputs", whole tensors, answered by "outputs".
Bytes travel as {"b64": ...}, in answers only under names in `_bytes`.
"""

import base64
import binascii
import json

import numpy as np
import tensorflow as tf

from tests.export.serving.served_model import invalid


def parse_request(body: bytes, inputs_of) -> tuple[str, dict, bool]:
    """Reads a request.

    Args:
        body: the JSON text.
        inputs_of: a function from a signature's name to its inputs.

    Returns:
        The signature's name, tensors by name, and whether it was in rows.
    """
    try:
        request = json.loads(body)
    except ValueError as error:
        raise invalid(f"JSON Parse error: {error}") from error
    if not isinstance(request, dict):
        raise invalid("JSON Value: is not object")
    name = request.get("signature_name", "")
    if not isinstance(name, str):
        raise invalid("'signature_name' key must be a string value.")
    infos = inputs_of(name)
    if ("instances" in request) == ("inputs" in request):
        raise invalid("expecting exactly one of 'inputs' or 'instances' keys")
    if "instances" in request:
        columns = _columns(request["instances"], infos)
    else:
        columns = _named(request["inputs"], infos)
    tensors = {
        key: _tensor(value, infos[key].dtype) for key, value in columns.items()
    }
    return name, tensors, "instances" in request


def render_answer(outputs: dict[str, np.ndarray], rows: bool) -> bytes:
    """Writes an answer in the format of its request."""
    columns = {
        name: _json_values(name, value) for name, value in outputs.items()
    }
    if not rows:
        only = len(columns) == 1
        return json.dumps(
            {"outputs": next(iter(columns.values())) if only else columns}
        ).encode()
    predictions: list = [
        dict(zip(columns, values, strict=True))
        for values in zip(*columns.values(), strict=True)
    ]
    if len(columns) == 1:
        predictions = next(iter(columns.values()))
    return json.dumps({"predictions": predictions}).encode()


def _is_base64(value) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == {"b64"}
        and isinstance(value["b64"], str)
    )


def _columns(instances, infos) -> dict:
    """Turns the rows of "instances" into one list per tensor."""
    if not isinstance(instances, list) or not instances:
        raise invalid("'instances' must be a list with at least one value")
    columns: dict = {name: [] for name in infos}
    for index, row in enumerate(instances):
        named = _named(row, infos)
        if set(named) != set(infos):
            raise invalid(
                f"Failed to process element: {index} of 'instances' list. "
                f"keys must be equal to: {','.join(infos)}"
            )
        for name, value in named.items():
            columns[name].append(value)
    return columns


def _named(value, infos) -> dict:
    """Gives a value without a name the name of the only input."""
    if isinstance(value, dict) and not _is_base64(value):
        missing = [name for name in infos if name not in value]
        if missing:
            raise invalid(f"Missing named input: {missing[0]}")
        return value
    if len(infos) > 1:
        raise invalid("expecting an object as multiple inputs are required")
    return {next(iter(infos)): value}


def _tensor(value, dtype: int) -> np.ndarray:
    kind = tf.as_dtype(dtype)
    try:
        if kind == tf.string:
            return np.array(_decode(value), dtype=object)
        array = np.array(value)
    except ValueError as error:
        raise invalid(f"the list is not rectangular: {error}") from error
    whole = array.dtype.kind in "iu"
    if not whole and (array.dtype.kind != "f" or kind.is_integer):
        raise invalid(f"JSON Value is not of expected type: {kind.name}")
    if whole and kind == tf.uint8 and (array.min() < 0 or array.max() > 255):
        raise invalid("JSON Value is out of range for uint8")
    return array.astype(kind.as_numpy_dtype)


def _decode(value):
    if isinstance(value, list):
        return [_decode(item) for item in value]
    if isinstance(value, str):
        return value.encode()
    if not _is_base64(value):
        raise invalid(
            f"JSON Value: {str(value)[:80]} not formatted correctly for "
            "base64 data"
        )
    try:
        return base64.b64decode(value["b64"], validate=True)
    except binascii.Error as error:
        raise invalid("Unable to base64 decode") from error


def _json_values(name: str, value: np.ndarray):
    if value.dtype != object:
        return value.tolist()
    if name.endswith("_bytes"):
        return [{"b64": base64.b64encode(item).decode()} for item in value]
    return [item.decode() for item in value]
