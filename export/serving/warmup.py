"""Requests that TensorFlow Serving replays before it serves a new version.

The file is a TFRecord of `tensorflow.serving.PredictionLog` messages.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tensorflow as tf

from export.serving.messages import PredictionLog, predict_request
from export.signatures import Signature

FILE = "tf_serving_warmup_requests"
# The sizes that the kit's batching.config allows: the first request of each
# size is slow, because memory is allocated for it.
BATCH_SIZES = (1, 2, 4, 8, 16, 32)


def _example(spec: tf.TensorSpec, batch: int) -> dict[str, Any]:
    """Returns a batch that fits `spec`, as `predict_request` takes it."""
    fields: dict[str, Any] = {
        "dtype": spec.dtype.as_datatype_enum,
        "shape": [batch, *spec.shape[1:]],
    }
    if spec.dtype == tf.string:
        grey = tf.cast(tf.fill([64, 64, 3], 128), tf.uint8)
        return fields | {
            "string_val": [tf.io.encode_jpeg(grey).numpy()] * batch
        }
    # One value stands for all: 32 images of 224 x 224 would take 19 MB.
    values = "int_val" if spec.dtype == tf.uint8 else "float_val"
    return fields | {values: [128]}


def write_requests(signatures: Mapping[str, Signature], path: Path) -> None:
    """Writes one request for every signature and batch size."""
    with tf.io.TFRecordWriter(str(path)) as writer:
        for name, signature in signatures.items():
            spec = signature.spec
            for batch in BATCH_SIZES:
                request = predict_request(
                    name, spec.name, _example(spec, batch)
                )
                log = PredictionLog(predict_log={"request": request})
                writer.write(log.SerializeToString())
