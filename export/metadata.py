"""What an exported model says about itself."""

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
    """Collects what a reader of codes has to know.

    Args:
        model: a `HashingModel`.
        dataset: name of the data set it was trained on.
        protocol: name of the split.
        split_sha256: SHA-256 of the split.
        radius: Hamming distance up to which images count as alike, where it
            was calibrated.

    Returns:
        What JSON holds. `model_fingerprint` is equal for equal weights,
        preprocessing and bit order; codes of different ones do not compare.
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
