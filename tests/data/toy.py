"""Small data sets that the tests of this folder share."""

import pathlib

import numpy as np
import tensorflow as tf

from tf_dnnh.data import ArraySource, ImageDataset


def pictures(count: int, size: int = 8, seed: int = 0) -> np.ndarray:
    """Draws random pictures, uint8 [count, size, size, 3]."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, [count, size, size, 3], np.uint8)


def toy(
    labels,
    *,
    name: str = "image_folder",
    size: int = 8,
    partition=None,
) -> ImageDataset:
    """Makes a data set of random pictures with these labels."""
    labels = np.asarray(labels)
    classes = labels.shape[1] if labels.ndim == 2 else labels.max() + 1
    return ImageDataset(
        name,
        labels,
        np.array([f"image_{i:05d}" for i in range(len(labels))]),
        [f"class_{c}" for c in range(classes)],
        ArraySource(pictures(len(labels), size)),
        None if partition is None else np.array(partition),
    )


def random_multi_labels(
    count: int, classes: int = 6, share: float = 0.25, seed: int = 0
) -> np.ndarray:
    """Draws random labels, uint8 [count, classes] of 0 and 1."""
    rng = np.random.default_rng(seed)
    return (rng.random([count, classes]) < share).astype(np.uint8)


def png(height: int = 10, width: int = 12, seed: int = 0) -> bytes:
    """Encodes a random picture as PNG."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, [height, width, 3], np.uint8)
    return tf.io.encode_png(pixels).numpy()


def write(path: pathlib.Path, contents: bytes) -> pathlib.Path:
    """Writes a file and creates its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(contents)
    return path


def write_folder(root: pathlib.Path, counts: dict[str, int]) -> None:
    """Writes class folders with as many different PNG files each."""
    for c, (name, count) in enumerate(counts.items()):
        for i in range(count):
            write(root / name / f"{i:03d}.png", png(seed=1000 * c + i))
