"""Reads the idx format of MNIST and Fashion-MNIST, compressed or not."""

import gzip
import math
import os
from pathlib import Path

import numpy as np

from tf_dnnh.data.data_error import DataError

_UINT8 = 0x08


def read_idx(path: str | os.PathLike) -> np.ndarray:
    """Reads one idx file of bytes.

    The format: two zero bytes, the type (8 is uint8), the rank, one
    big-endian uint32 a dimension, then the values.

    Args:
        path: the file; `.gz` is unpacked.

    Returns:
        uint8 array of the shape that the file states.

    Raises:
        DataError: if the file is missing, damaged, or of another type.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
    except (OSError, EOFError) as error:
        raise DataError(
            f"Could not read {path} ({error}): fetch the file again."
        ) from error
    start = 4 + 4 * content[3] if len(content) > 3 else 4
    if len(content) < start or content[:3] != bytes([0, 0, _UINT8]):
        raise DataError(f"{path} is not an idx file of bytes: fetch it again.")
    shape = tuple(np.frombuffer(content[4:start], ">u4").tolist())
    if len(content) - start != math.prod(shape):
        raise DataError(
            f"{path} states the shape {shape}, but has {len(content) - start} "
            "bytes of values: fetch the file again."
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)
