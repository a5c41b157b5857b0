"""Loads the data of a run: its images and their split."""

import sys

from tf_dnnh.data import ImageDataset, Split, load_dataset, make_split
from trainers.config import Config


def load_run_data(config: Config) -> tuple[ImageDataset, Split]:
    """Loads and splits the data set of a run; prints warnings.

    Raises:
        DataError: the data are missing, or cannot be split.
    """
    dataset = load_dataset(
        config.dataset,
        config.data_dir,
        download=config.download,
        protocol=config.protocol,
        image_dir=config.image_dir,
    )
    for warning in dataset.warnings():
        print(f"warning: {warning}", file=sys.stderr)
    split = make_split(
        dataset,
        config.protocol,
        seed=config.seed,
        validation=config.validation_fraction,
        unlabelled=config.unlabelled,
        sizes=config.sizes,
    )
    return dataset, split
