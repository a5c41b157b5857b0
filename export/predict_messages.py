"""The Predict messages of TensorFlow Serving, as far as a client needs them.

The official classes (`tensorflow_serving.apis`) import all of TensorFlow:
seconds of start-up and lines of noise for a program that sends bytes and
prints a code. The field numbers below are those of `predict.proto`,
`model.proto`, `tensor.proto` and `tensor_shape.proto`; a test compares them
with the official classes.
"""

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

PREDICT_METHOD = "/tensorflow.serving.PredictionService/Predict"
DT_STRING = 7

_PACKAGE = "tf_dnnh_client"
_Field = descriptor_pb2.FieldDescriptorProto
_SCALARS = {
    "string": _Field.TYPE_STRING,
    "bytes": _Field.TYPE_BYTES,
    "int32": _Field.TYPE_INT32,
    "int64": _Field.TYPE_INT64,
}
# message -> field -> (number, type); a leading * repeats, % maps strings to it.
_MESSAGES = {
    "Dim": {"size": (1, "int64")},
    "TensorShapeProto": {"dim": (2, "*Dim")},
    "TensorProto": {
        "dtype": (1, "int32"),
        "tensor_shape": (2, "TensorShapeProto"),
        "string_val": (8, "*bytes"),
    },
    "Int64Value": {"value": (1, "int64")},
    "ModelSpec": {
        "name": (1, "string"),
        "version": (2, "Int64Value"),
        "signature_name": (3, "string"),
    },
    "PredictRequest": {
        "model_spec": (1, "ModelSpec"),
        "inputs": (2, "%TensorProto"),
        "output_filter": (3, "*string"),
    },
    "PredictResponse": {
        "outputs": (1, "%TensorProto"),
        "model_spec": (2, "ModelSpec"),
    },
}


def _add_field(
    message: descriptor_pb2.DescriptorProto, name: str, number: int, kind: str
) -> None:
    """Adds one field of `_MESSAGES` to a message description."""
    field = message.field.add(name=name, number=number)
    field.label = _Field.LABEL_OPTIONAL
    if kind[0] in "*%":
        field.label = _Field.LABEL_REPEATED
    if kind[0] == "%":
        # On the wire a map is a repeated message of key and value.
        entry = message.nested_type.add(name=f"{name.capitalize()}Entry")
        entry.options.map_entry = True
        _add_field(entry, "key", 1, "string")
        _add_field(entry, "value", 2, kind[1:])
        kind = f"{message.name}.{entry.name}"
    kind = kind.lstrip("*")
    if kind in _SCALARS:
        field.type = _SCALARS[kind]
    else:
        field.type = _Field.TYPE_MESSAGE
        field.type_name = f".{_PACKAGE}.{kind}"


def _message_classes() -> dict[str, Any]:
    """Builds the classes in a pool of their own, apart from TensorFlow's."""
    file = descriptor_pb2.FileDescriptorProto(
        name="tf_dnnh_client.proto", package=_PACKAGE, syntax="proto3"
    )
    for message_name, fields in _MESSAGES.items():
        message = file.message_type.add(name=message_name)
        for name, (number, kind) in fields.items():
            _add_field(message, name, number, kind)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {
        name: message_factory.GetMessageClass(
            pool.FindMessageTypeByName(f"{_PACKAGE}.{name}")
        )
        for name in _MESSAGES
    }


_CLASSES = _message_classes()
PredictRequest = _CLASSES["PredictRequest"]
PredictResponse = _CLASSES["PredictResponse"]
