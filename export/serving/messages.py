"""The messages of TensorFlow Serving, as far as client and warm-up need them.

The official classes (`tensorflow_serving.apis`) import all of TensorFlow:
seconds of start-up and lines of noise for a program that sends bytes and
prints a code. The field numbers below are those of `predict.proto`,
`model.proto`, `tensor.proto`, `tensor_shape.proto` and
`prediction_log.proto`; a test compares them with the official classes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

PREDICT_METHOD = "/tensorflow.serving.PredictionService/Predict"
DT_STRING = 7
# The name under which a server has the model, unless it is told another.
MODEL_NAME = "tf_dnnh"

_PACKAGE = "tf_dnnh_serving"
# message -> field -> (number, type); a leading * repeats.
_MESSAGES = {
    "Dim": {"size": (1, "int64")},
    "TensorShapeProto": {"dim": (2, "*Dim")},
    "TensorProto": {
        "dtype": (1, "int32"),
        "tensor_shape": (2, "TensorShapeProto"),
        "float_val": (5, "*float"),
        "int_val": (7, "*int32"),
        "string_val": (8, "*bytes"),
    },
    "Int64Value": {"value": (1, "int64")},
    "ModelSpec": {
        "name": (1, "string"),
        "version": (2, "Int64Value"),
        "signature_name": (3, "string"),
    },
    # On the wire a map is a repeated message of key and value.
    "NamedTensor": {"key": (1, "string"), "value": (2, "TensorProto")},
    "PredictRequest": {
        "model_spec": (1, "ModelSpec"),
        "inputs": (2, "*NamedTensor"),
        "output_filter": (3, "*string"),
    },
    "PredictResponse": {
        "outputs": (1, "*NamedTensor"),
        "model_spec": (2, "ModelSpec"),
    },
    "PredictLog": {"request": (1, "PredictRequest")},
    "PredictionLog": {"predict_log": (6, "PredictLog")},
}


def _message_classes() -> dict[str, Any]:
    """Builds the classes in a pool of their own, apart from TensorFlow's."""
    kinds = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(
        name=f"{_PACKAGE}.proto", package=_PACKAGE, syntax="proto3"
    )
    for message, fields in _MESSAGES.items():
        description = file.message_type.add(name=message)
        for name, (number, kind) in fields.items():
            field = description.field.add(name=name, number=number)
            repeated = kind.startswith("*")
            field.label = (
                kinds.LABEL_REPEATED if repeated else kinds.LABEL_OPTIONAL
            )
            kind = kind.removeprefix("*")
            if kind in _MESSAGES:
                field.type = kinds.TYPE_MESSAGE
                field.type_name = f".{_PACKAGE}.{kind}"
            else:
                field.type = getattr(kinds, f"TYPE_{kind.upper()}")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClassesForFiles([file.name], pool)


_CLASSES = _message_classes()
PredictRequest = _CLASSES[f"{_PACKAGE}.PredictRequest"]
PredictResponse = _CLASSES[f"{_PACKAGE}.PredictResponse"]
PredictionLog = _CLASSES[f"{_PACKAGE}.PredictionLog"]


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
        model: the name under which the server has the model.
        version: a version of the model; None takes the server's default.
        outputs: which outputs to return; none means all.

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
