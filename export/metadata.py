"""The metadata of an exported model."""

import keras

from tf_dnnh.fingerprint import code_description, model_fingerprint
from tf_dnnh.version import __version__


def model_metadata(
    model: keras.Model,
    *,
    dataset: str | None = None,
    protocol: str | None = None,
    split_sha256: str | None = None,
    radius: int | None = None,
) -> dict:
    """Collects what a program that compares codes needs to know.

    Args:
        model: a `HashingModel`.
        dataset: name of the data set it was trained on.
        protocol: name of the split.
        split_sha256: SHA-256 of the split.
        radius: Hamming distance up to which images count as alike, where it
            was calibrated.

    Returns:
        A dict for JSON. `model_fingerprint` is equal for equal weights,
        preprocessing and bit order; codes with different fingerprints must
        not be compared.
    """
    return {
        **code_description(model),
        "code_bytes": -(-int(model.bits) // 8),
        "model_fingerprint": model_fingerprint(model),
        "dataset": dataset,
        "protocol": protocol,
        "split_sha256": split_sha256,
        "radius": radius,
        "tf_dnnh_version": __version__,
    }
