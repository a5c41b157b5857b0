"""Hashes the contents of image files in parallel, and caches the hashes."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from tqdm import tqdm

from tf_dnnh.data.array_source import ArraySource
from tf_dnnh.data.checks.file_cache import MANY, FileCache, mark
from tf_dnnh.data.image_dataset import ImageDataset

_BYTES = hashlib.sha256().digest_size


def content_hashes(dataset: ImageDataset) -> np.ndarray:
    """Hashes every picture's pixels, or its file's bytes; str [n], SHA-256.

    Of more than 2,000 files, the hashes are remembered until a file changes.
    """
    source = dataset.source
    if isinstance(source, ArraySource):
        images = np.ascontiguousarray(source.images)
        return np.array([hashlib.sha256(x).hexdigest() for x in images])
    paths = [source.path(index) for index in range(len(source))]
    if len(paths) <= MANY:
        hashes = _hashed(paths)
    else:
        hashes = _remembered(source.root, paths)
    return np.array([one.tobytes().hex() for one in hashes])


def _remembered(root: Path, paths: list[Path]) -> np.ndarray:
    cache = FileCache("hashes", root, width=_BYTES)
    marks = np.array([mark(path) for path in paths], np.uint64)
    known = cache.load()
    new = np.flatnonzero(~np.isin(marks, known["mark"]))
    values = _hashed([paths[i] for i in new])
    if len(new):
        cache.add(known, marks[new], values)
    all_marks = np.concatenate([known["mark"], marks[new]])
    all_values = np.concatenate([known["value"], values])
    order = np.argsort(all_marks)
    return all_values[order[np.searchsorted(all_marks[order], marks)]]


def _hashed(paths: list[Path]) -> np.ndarray:
    """Returns uint8 [paths, 32]."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        digests = list(
            tqdm(
                pool.map(_digest, paths),
                desc="Hashing images",
                total=len(paths),
                unit="image",
                disable=None if len(paths) > MANY else True,
            )
        )
    return np.frombuffer(b"".join(digests), np.uint8).reshape(-1, _BYTES)


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
