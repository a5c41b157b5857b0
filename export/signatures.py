"""The signatures of exported models: images in, codes out.

`serving_default` takes float32 pixels, `serving_uint8` the same as uint8 (a
quarter of the bytes on the wire), because a signature has one dtype: `image`,
[batch, height, width, 3], 0..255. `serving_bytes` takes image files,
`image_bytes`, string [batch], and prepares them as training did: decode,
resize, normalise. All return `code`, uint8 [batch, bytes], and `relaxed`,
float32 [batch, bits]; `serving_bytes` also `code_bytes`, string [batch].
`encode` is for devices: `image`, float32, in, `code` and `logits` out.
"""

from collections.abc import Callable
from typing import NamedTuple

import keras
import tensorflow as tf

from tf_dnnh import codes
from tf_dnnh.data import preprocessing
from tf_dnnh.data.headers import MAX_PIXELS
from tf_dnnh.data.headers.pixel_limit import count_pixels

# So many images are decoded at the same time, unless one of them is so large
# that several could exceed `MAX_PIXELS` together: then one after another.
_PARALLEL = 4

Outputs = dict[str, tf.Tensor]


class Signature(NamedTuple):
    """A function and the spec of its input, named as clients send it."""

    function: Callable[[tf.Tensor], Outputs]
    spec: tf.TensorSpec


def serving_signatures(model: keras.Model) -> dict[str, Signature]:
    """Returns the signatures of the SavedModel of a `HashingModel`."""
    size = tuple(model.image_size)
    shape = [None, *size, 3]
    byte_strings = tf.constant([bytes([value]) for value in range(256)])

    def from_image(image: tf.Tensor) -> Outputs:
        # A session accepts any shape despite the signature, and a backbone
        # that ends in global pooling would return a meaningless code.
        image = tf.ensure_shape(image, shape)
        logits = model.logits(image, training=False)
        return {
            "code": codes.pack_logits(logits),
            "relaxed": model.relaxed(logits),
        }

    def decode(image_bytes: tf.Tensor, parallel: int) -> tf.Tensor:
        # Decode and resize in one map: images of several sizes do not fit in
        # one tensor before they are resized.
        return tf.map_fn(
            lambda file: preprocessing.load_image(file, size, model.load_size),
            image_bytes,
            fn_output_signature=tf.TensorSpec([*size, 3], tf.float32),
            parallel_iterations=parallel,
        )

    def from_bytes(image_bytes: tf.Tensor) -> Outputs:
        pixels = tf.map_fn(
            count_pixels, image_bytes, fn_output_signature=tf.int64
        )
        image = tf.cond(
            tf.reduce_any(pixels > MAX_PIXELS // _PARALLEL),
            lambda: decode(image_bytes, 1),
            lambda: decode(image_bytes, _PARALLEL),
        )
        outputs = from_image(image)
        # REST can carry bytes only as strings, in base64.
        letters = tf.gather(byte_strings, tf.cast(outputs["code"], tf.int32))
        return outputs | {"code_bytes": tf.strings.reduce_join(letters, -1)}

    return {
        "serving_default": Signature(
            from_image, tf.TensorSpec(shape, tf.float32, "image")
        ),
        "serving_uint8": Signature(
            from_image, tf.TensorSpec(shape, tf.uint8, "image")
        ),
        "serving_bytes": Signature(
            from_bytes, tf.TensorSpec([None], tf.string, "image_bytes")
        ),
    }


def device_signatures(model: keras.Model) -> dict[str, Signature]:
    """Returns `encode`, the signature of the files for devices."""

    def encode(image: tf.Tensor) -> Outputs:
        logits = model.logits(image, training=False)
        return {"code": codes.pack_logits(logits), "logits": logits}

    shape = [None, *model.image_size, 3]
    spec = tf.TensorSpec(shape, tf.float32, "image")
    return {"encode": Signature(encode, spec)}
