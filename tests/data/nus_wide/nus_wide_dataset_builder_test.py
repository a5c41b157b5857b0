from typing import ClassVar

import tensorflow_datasets as tfds

from tf_dnnh.data.nus_wide import nus_wide_dataset_builder


class NusWideTest(tfds.testing.DatasetBuilderTestCase):
    DATASET_CLASS = nus_wide_dataset_builder.Builder
    SPLITS: ClassVar = {"train": 4, "test": 3}


if __name__ == "__main__":
    tfds.testing.test_main()
