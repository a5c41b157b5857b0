"""Digits: the 1,797 handwritten 8x8 digits that scikit-learn ships."""

import os

import numpy as np

from tf_dnnh.data.array_source import ArraySource
from tf_dnnh.data.image_dataset import ImageDataset


def load_digits(data_dir: str | os.PathLike | None = None) -> ImageDataset:
    """Loads the digits as RGB images of 8x8 pixels; no folder is needed."""
    del data_dir
    from sklearn import datasets

    data = datasets.load_digits()
    # 0..16 becomes 0..255, and grey becomes RGB.
    grey = np.rint(data.images * (255 / 16)).astype(np.uint8)
    return ImageDataset(
        "digits",
        data.target.astype(np.int64),
        np.array([f"digit_{i:04d}" for i in range(len(grey))]),
        [str(digit) for digit in range(10)],
        ArraySource(grey[..., None].repeat(3, axis=-1)),
    )
