"""The fingerprint of a model: a hash of weights, preprocessing and bit order.

Codes of two models look alike but cannot be compared. Everything that holds or
produces codes (SavedModel, TFLite file, code file, index) carries the
fingerprint, so that a mixture of codes is detected.
"""

import hashlib
import json

import keras
import numpy as np

from tf_dnnh.data.preprocessing import PREPROCESSING

BIT_ORDER = "most significant bit first, padded with zero bits to bytes"
THRESHOLD = "bit = 1 where logit >= 0"


def code_description(model: keras.Model) -> dict:
    """Describes how a `HashingModel` turns an image into a code.

    The values are those of JSON, without weights. Sizes are [height, width];
    `load_size` is present if images are loaded larger and center-cropped,
    `views` if a code is the mean of several views.
    """
    description = {
        "bits": int(model.bits),
        "bit_order": BIT_ORDER,
        "threshold": THRESHOLD,
        "image_size": [int(side) for side in model.image_size],
        "preprocessing": PREPROCESSING,
    }
    if model.load_size is not None:
        description["load_size"] = [int(side) for side in model.load_size]
    if model.views != "single":
        description["views"] = model.views
    return description


def model_fingerprint(model: keras.Model) -> str:
    """Computes the fingerprint of a `HashingModel`, equal for equal models.

    It is the SHA-256 of description and weights, 64 hexadecimal digits. Layers
    are identified by their order, not by their names, which Keras numbers
    throughout a process: equal models can have different ones.
    """
    digest = hashlib.sha256()
    description = code_description(model)
    digest.update(json.dumps(description, sort_keys=True).encode())
    # Mean and standard deviation are constants of the model, not weights.
    digest.update(np.float32(model.mean).tobytes())
    digest.update(np.float32(model.std).tobytes())
    for weight in model.weights:
        value = np.ascontiguousarray(weight.numpy())
        header = f"{weight.name} {value.dtype.str} {value.shape}\n"
        digest.update(header.encode())
        digest.update(value.tobytes())
    return digest.hexdigest()
