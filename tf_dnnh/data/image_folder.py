"""A user's own pictures."""

import os

from tf_dnnh.data.image_dataset import ImageDataset


def load_image_folder(
    data_dir: str | os.PathLike, csv: str | None = None, check: bool = True
) -> ImageDataset:
    """Loads pictures from class subfolders, or by a CSV file."""
    raise NotImplementedError
