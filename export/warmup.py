"""Requests that TensorFlow Serving replays before it serves a new version.

The file is a TFRecord of `tensorflow.serving.PredictionLog` messages. Three
nested messages do not justify a dependency that installs TensorFlow Serving's
whole API, so their bytes are put together here; a test reads them with the
real classes.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import tensorflow as tf
from tensorflow.core.framework import tensor_pb2

from export.signatures import Signature

FILE = "tf_serving_warmup_requests"
MODEL_NAME = "tf_dnnh"
# The sizes that the kit's batching.config allows: a first request of a size
# that was never run pays for the memory it needs.
BATCH_SIZES = (1, 2, 4, 8, 16, 32)


def _field(number: int, payload: bytes) -> bytes:
    """Encodes one length-delimited field of a protocol buffer."""
    length = len(payload)
    digits = bytearray()
    while length > 0x7F:
        digits.append(length & 0x7F | 0x80)
        length >>= 7
    digits.append(length)
    return bytes([number << 3 | 2]) + bytes(digits) + payload


def prediction_log(signature_name: str, name: str, tensor: bytes) -> bytes:
    """Encodes a `PredictionLog` that holds one `PredictRequest`.

    Args:
        signature_name: which signature is asked.
        name: name of its input.
        tensor: a serialised `TensorProto`.

    Returns:
        The serialised message.
    """
    model_spec = _field(1, MODEL_NAME.encode()) + _field(
        3, signature_name.encode()
    )
    entry = _field(1, name.encode()) + _field(2, tensor)
    request = _field(1, model_spec) + _field(2, entry)
    predict_log = _field(1, request)
    return _field(6, predict_log)


def _example_bytes(spec: tf.TensorSpec, batch: int) -> bytes:
    """Makes a batch that fits `spec`, as a serialised `TensorProto`."""
    if spec.dtype == tf.string:
        grey = tf.cast(tf.fill([64, 64, 3], 128), tf.uint8)
        contents = [tf.io.encode_jpeg(grey).numpy()] * batch
        return tf.make_tensor_proto(contents).SerializeToString()
    proto = tensor_pb2.TensorProto(dtype=spec.dtype.as_datatype_enum)
    for side in [batch, *spec.shape[1:]]:
        proto.tensor_shape.dim.add(size=side)
    # One value stands for all: 32 pictures of 224 x 224 would take 19 MB.
    if spec.dtype == tf.uint8:
        proto.int_val.append(128)
    else:
        proto.float_val.append(128.0)
    return proto.SerializeToString()


def requests(signatures: Mapping[str, Signature]) -> Iterator[bytes]:
    """Yields a `PredictionLog` for every signature and batch size.

    Args:
        signatures: those of the SavedModel.
    """
    for name, signature in signatures.items():
        for batch in BATCH_SIZES:
            tensor = _example_bytes(signature.spec, batch)
            yield prediction_log(name, signature.spec.name, tensor)


def write_requests(signatures: Mapping[str, Signature], path: Path) -> None:
    """Writes the warm-up file.

    Args:
        signatures: those of the SavedModel.
        path: `assets.extra/tf_serving_warmup_requests` of the version.
    """
    with tf.io.TFRecordWriter(str(path)) as writer:
        for request in requests(signatures):
            writer.write(request)
