"""The metadata of an exported model."""

from collections.abc import Mapping
from typing import Any

import keras

from tf_dnnh.codes import code_bytes
from tf_dnnh.fingerprint import code_description, model_fingerprint
from tf_dnnh.version import __version__


def model_metadata(
    model: keras.Model, result: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Returns the metadata for programs that compare codes, as JSON values.

    Codes with different fingerprints must not be compared. `radius`, the
    Hamming distance up to which images count as similar, is None: exports are
    not calibrated. Data set and split are taken from the run's `result.json`.
    """
    result = result or {}
    return {
        **code_description(model),
        "code_bytes": code_bytes(int(model.bits)),
        "model_fingerprint": model_fingerprint(model),
        "dataset": result.get("dataset"),
        "protocol": result.get("protocol"),
        "split_sha256": result.get("split_sha256"),
        "radius": None,
        "tf_dnnh_version": __version__,
    }
