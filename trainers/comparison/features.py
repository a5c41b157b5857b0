"""Features for hashing methods without a network."""

import pathlib
from collections.abc import Callable

import numpy as np
from tqdm import tqdm

from tf_dnnh import files
from tf_dnnh.baselines import Gist
from tf_dnnh.data import DataError, ImageDataset, Split, evaluation_batches
from trainers.comparison.settings import BaselineSettings
from trainers.network import build_model

_GIST_SIDE = 32
_BATCH = 256
# The untrained network gives 50 features per bit, hence 500.
_UNTRAINED_BITS = 10


def load_features(
    settings: BaselineSettings, dataset: ImageDataset, split: Split
) -> np.ndarray:
    """Computes the features of all images once, or reads them.

    Returns float32 [images, features], in the order of the data set. The
    split's training images determine the pixel statistics.

    Raises:
        DataError: the file of features does not fit the data set.
    """
    path = settings.feature_file or settings.workdir / "features.npy"
    if settings.feature_file or path.exists():
        return _read(path, dataset)
    size, transform = _extractor(settings, dataset, split)
    parts = []
    batches = evaluation_batches(
        dataset, np.arange(len(dataset)), (size, size), _BATCH
    )
    with tqdm(
        total=len(dataset), desc=settings.features, unit="img", disable=None
    ) as progress:
        for images in batches:
            parts.append(transform(images.numpy()))
            progress.update(len(parts[-1]))
    features = np.concatenate(parts).astype(np.float32)
    with files.replacing(path) as beside:
        np.save(beside, features)
    return features


def _extractor(
    settings: BaselineSettings, dataset: ImageDataset, split: Split
) -> tuple[int, Callable[[np.ndarray], np.ndarray]]:
    """Returns the images' side, in pixels, and the extractor of a batch."""
    size = settings.config.image_size
    if settings.features == "gist":
        return _GIST_SIDE, Gist(_GIST_SIDE).transform
    if settings.features == "pixels":
        return size, lambda images: images.reshape(len(images), -1) / 255
    config = settings.config.replace(bits=_UNTRAINED_BITS)
    model = build_model(config, dataset, split)
    return size, lambda images: model.backbone(
        model.normalization(images), training=False
    ).numpy()


def _read(path: pathlib.Path, dataset: ImageDataset) -> np.ndarray:
    try:
        features = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise DataError(
            f"Could not read the features in {path} ({error}): delete the "
            "file, or give another one."
        ) from error
    if features.ndim != 2 or len(features) != len(dataset):
        raise DataError(
            f"{path} must hold one row for each of the {len(dataset)} images "
            f"of {dataset.name}, in that order. Received: {features.shape}"
        )
    return features
