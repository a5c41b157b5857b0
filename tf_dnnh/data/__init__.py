"""Data sets, splits and streams of batches."""

import sys

from tf_dnnh import commands

# Python's own mark of `python -m tf_dnnh.data` while it imports this package:
# a command starts without TensorFlow's messages.
if sys.argv[:1] == ["-m"] and (
    status := commands.guarded(commands.import_tensorflow, debug=False)
):
    sys.exit(status)

from tf_dnnh.augment_config import AugmentConfig
from tf_dnnh.data.array_source import ArraySource
from tf_dnnh.data.augmentation import augment
from tf_dnnh.data.data_error import DataError
from tf_dnnh.data.dataset_spec import DatasetSpec
from tf_dnnh.data.datasets import DATASETS, PROTOCOLS, load_dataset
from tf_dnnh.data.file_source import FileSource
from tf_dnnh.data.image_dataset import ImageDataset
from tf_dnnh.data.image_folder import load_image_folder
from tf_dnnh.data.multi_label_sampling import multi_label_batches
from tf_dnnh.data.pipeline import (
    evaluation_batches,
    pixel_statistics,
    training_batches,
)
from tf_dnnh.data.preprocessing import (
    PREPROCESSING,
    center_crop,
    decode_image,
    load_image,
    resize,
)
from tf_dnnh.data.protocols import per_class
from tf_dnnh.data.sampling import (
    class_balanced_batches,
    index_batches,
    shuffled_batches,
)
from tf_dnnh.data.split import Split
from tf_dnnh.data.splitting import make_split

__all__ = [
    "DATASETS",
    "PREPROCESSING",
    "PROTOCOLS",
    "ArraySource",
    "AugmentConfig",
    "DataError",
    "DatasetSpec",
    "FileSource",
    "ImageDataset",
    "Split",
    "augment",
    "center_crop",
    "class_balanced_batches",
    "decode_image",
    "evaluation_batches",
    "index_batches",
    "load_dataset",
    "load_image",
    "load_image_folder",
    "make_split",
    "multi_label_batches",
    "per_class",
    "pixel_statistics",
    "resize",
    "shuffled_batches",
    "training_batches",
]
