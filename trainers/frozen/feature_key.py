"""A name for what a frozen network makes of a data set."""

import hashlib
import json

import keras
import numpy as np

from tf_dnnh.data import PREPROCESSING, ArraySource, ImageDataset
from tf_dnnh.models import HashingModel


def feature_key(
    model: HashingModel, frozen: keras.Model, dataset: ImageDataset
) -> str:
    """Names all that the output of a frozen part depends on.

    Args:
        model: whose part it is, for its image size and normalisation.
        frozen: the part.
        dataset: the images, known by their pixels where they are in memory,
            otherwise by name, size and time of change of their files.

    Returns:
        32 hexadecimal digits.
    """
    digest = hashlib.sha256()
    described = {
        "preprocessing": PREPROCESSING,
        "image_size": model.image_size,
        "load_size": model.load_size,
        "dtype": frozen.output.dtype,
        "outputs": [str(layer.output.shape) for layer in frozen.layers],
    }
    digest.update(json.dumps(described, sort_keys=True).encode())
    for array in (model.mean, model.std, *frozen.get_weights()):
        digest.update(np.ascontiguousarray(array).tobytes())
    digest.update("\0".join(dataset.ids.tolist()).encode())
    source = dataset.source
    if isinstance(source, ArraySource):
        digest.update(np.ascontiguousarray(source.images).data)
    else:
        for index in range(len(source)):
            digest.update(f"{source.stamp(index)}\n".encode())
    return digest.hexdigest()[:32]
