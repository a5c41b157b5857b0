"""One id for "these weights, this preprocessing, this bit order".

Codes of two models look alike and mean nothing to each other. Whatever holds
or makes codes (SavedModel, TFLite file, code file, index) carries this id, so
that mixing them is noticed.
"""

import hashlib
import json

import keras
import numpy as np

from tf_dnnh.data.preprocessing import PREPROCESSING

BIT_ORDER = "most significant bit first, padded with zero bits to bytes"
THRESHOLD = "bit = 1 where logit >= 0"


def code_description(model: keras.Model) -> dict:
    """Says how an image becomes a code, weights apart.

    Args:
        model: a `HashingModel`.

    Returns:
        What JSON holds: `bits`, `bit_order`, `threshold`, `image_size`
        (height, width), `preprocessing` and, if pictures are loaded larger
        and cropped, `load_size`.
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
    return description


def model_fingerprint(model: keras.Model) -> str:
    """Returns the id of a model, equal for equal models.

    Layers are known by their order: their names count up with every model
    that a process builds, and would make equal models look different.

    Args:
        model: a `HashingModel`.

    Returns:
        SHA-256 over description and weights, 64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    description = code_description(model)
    digest.update(json.dumps(description, sort_keys=True).encode())
    # Mean and deviation are constants of the model, not weights.
    digest.update(np.float32(model.mean).tobytes())
    digest.update(np.float32(model.std).tobytes())
    for weight in model.weights:
        value = np.ascontiguousarray(keras.ops.convert_to_numpy(weight))
        header = f"{weight.name} {value.dtype.str} {value.shape}\n"
        digest.update(header.encode())
        digest.update(value.tobytes())
    return digest.hexdigest()
