"""Data sets, splits and streams of batches.

Importing TensorFlow takes seconds, so modules are imported at their first use.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

# Module -> its public names.
_MODULES = {
    "tf_dnnh.augment_config": ("AugmentConfig",),
    "tf_dnnh.data.array_source": ("ArraySource",),
    "tf_dnnh.data.augmentation": ("augment",),
    "tf_dnnh.data.data_error": ("DataError",),
    "tf_dnnh.data.dataset_spec": ("DatasetSpec",),
    "tf_dnnh.data.datasets": ("DATASETS", "PROTOCOLS", "load_dataset"),
    "tf_dnnh.data.file_source": ("FileSource",),
    "tf_dnnh.data.image_dataset": ("ImageDataset",),
    "tf_dnnh.data.image_folder": ("load_image_folder",),
    "tf_dnnh.data.multi_label_sampling": ("multi_label_batches",),
    "tf_dnnh.data.pipeline": (
        "evaluation_batches",
        "pixel_statistics",
        "training_batches",
    ),
    "tf_dnnh.data.preprocessing": (
        "PREPROCESSING",
        "center_crop",
        "decode_image",
        "load_image",
        "resize",
    ),
    "tf_dnnh.data.protocols": ("per_class",),
    "tf_dnnh.data.sampling": (
        "class_balanced_batches",
        "index_batches",
        "shuffled_batches",
    ),
    "tf_dnnh.data.split": ("Split",),
    "tf_dnnh.data.splitting": ("make_split",),
}
_MODULE_OF = {name: m for m, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'tf_dnnh.data' has no attribute {name!r}")
    return getattr(importlib.import_module(_MODULE_OF[name]), name)


def __dir__() -> list[str]:
    return __all__
