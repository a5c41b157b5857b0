"""The messages of TensorFlow Serving that client and warm-up need.

The official classes (`tensorflow_serving.apis`) import all of TensorFlow:
seconds of start-up and lines of noise for a program that sends bytes and
prints a code. The classes below are built from the field numbers in
`messages.textproto`; a test compares them with the official ones.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from google.protobuf import (
    descriptor_pb2,
    descriptor_pool,
    message_factory,
    text_format,
)

PREDICT_METHOD = "/tensorflow.serving.PredictionService/Predict"
DT_STRING = 7
# The default name of the model on a server.
MODEL_NAME = "tf_dnnh"

_FILE = text_format.Parse(
    Path(__file__).with_suffix(".textproto").read_text(encoding="utf-8"),
    descriptor_pb2.FileDescriptorProto(),
)
# A pool of their own keeps them apart from TensorFlow's.
_POOL = descriptor_pool.DescriptorPool()
_POOL.Add(_FILE)
_CLASSES = message_factory.GetMessageClassesForFiles([_FILE.name], _POOL)
PredictRequest = _CLASSES["PredictRequest"]
PredictResponse = _CLASSES["PredictResponse"]
PredictionLog = _CLASSES["PredictionLog"]


def predict_request(
    signature: str,
    name: str,
    tensor: Mapping[str, Any],
    *,
    model: str = MODEL_NAME,
    version: int | None = None,
    outputs: Sequence[str] = (),
) -> Any:
    """Returns a `PredictRequest` with one input.

    Args:
        signature: the signature to run.
        name: name of its input.
        tensor: `dtype`, `shape` and one of the fields that hold values.
        model: name of the model on the server.
        version: version of the model; None for the server's default.
        outputs: names of the outputs to return; all if empty.

    Example:
        >>> tensor = {"dtype": DT_STRING, "shape": [1], "string_val": [b"x"]}
        >>> request = predict_request("serving_bytes", "image_bytes", tensor)
        >>> request.inputs[0].value.tensor_shape.dim[0].size
        1
    """
    values = dict(tensor)
    sides = [{"size": side} for side in values.pop("shape")]
    return PredictRequest(
        model_spec={
            "name": model,
            "version": None if version is None else {"value": version},
            "signature_name": signature,
        },
        inputs=[
            {"key": name, "value": values | {"tensor_shape": {"dim": sides}}}
        ],
        output_filter=outputs,
    )
