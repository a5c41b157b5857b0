"""Prepares NUS-WIDE for TensorFlow Datasets, from the user's own copy.

Importing this module registers `nus_wide` with `tfds.load("nus_wide/21")`. It
serves programs of your own that read TFRecord files; the commands of this
package read the files of the copy themselves.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
import tensorflow_datasets as tfds

from tf_dnnh.data.file_source import FileSource
from tf_dnnh.data.image_dataset import ImageDataset
from tf_dnnh.data.nus_wide.concepts import CONCEPTS_21, CONCEPTS_81
from tf_dnnh.data.nus_wide.layout import expected_tree
from tf_dnnh.data.nus_wide.loader import load_nus_wide

_HOMEPAGE = (
    "https://lms.comp.nus.edu.sg/wp-content/uploads/2019/research/nuswide/"
    "NUS-WIDE.html"
)
# Splits of TFDS, by the part of a list file.
_SPLITS = {"training": "train", "queries": "test"}


class Builder(tfds.core.GeneratorBasedBuilder):
    """Images with the numbers of their concepts.

    Images that are missing or do not decode are left out. They and those with
    contradictory labels are listed in the metadata of the prepared data set.
    """

    VERSION = tfds.core.Version("1.0.0")
    RELEASE_NOTES: ClassVar = {"1.0.0": "First release."}
    BUILDER_CONFIGS: ClassVar = [
        tfds.core.BuilderConfig(
            name="21",
            description=(
                "The 21 most frequent concepts, and the images with at least "
                "one of them."
            ),
        ),
        tfds.core.BuilderConfig(
            name="81", description="All 81 concepts and all images."
        ),
    ]
    MANUAL_DOWNLOAD_INSTRUCTIONS = (
        "NUS-WIDE's images belong to their photographers: no download. "
        "Put your own copy here:\n" + expected_tree("MANUAL_DIR")
    )

    def _info(self) -> tfds.core.DatasetInfo:
        names = CONCEPTS_21 if self._concepts == 21 else CONCEPTS_81
        return self.dataset_info_from_configs(
            features=tfds.features.FeaturesDict(
                {
                    "id": tfds.features.Text(),
                    "image": tfds.features.Image(shape=(None, None, 3)),
                    "labels": tfds.features.Sequence(
                        tfds.features.ClassLabel(names=list(names))
                    ),
                }
            ),
            supervised_keys=("image", "labels"),
            homepage=_HOMEPAGE,
            metadata=tfds.core.MetadataDict(),
        )

    @property
    def _concepts(self) -> int:
        return int(self.builder_config.name)

    def _split_generators(
        self, dl_manager: tfds.download.DownloadManager
    ) -> dict[str, Any]:
        dataset = load_nus_wide(dl_manager.manual_dir, self._concepts)
        self.info.metadata.update(
            notes=dataset.notes, problems=dataset.problems
        )
        partition = dataset.partition
        if partition is None:
            partition = np.full(len(dataset), "all")
        parts = {part for value in set(partition) for part in value.split("+")}
        return {
            _SPLITS.get(part, part): self._generate_examples(
                dataset, np.flatnonzero(np.char.find(partition, part) >= 0)
            )
            for part in sorted(parts - {""})
        }

    def _generate_examples(
        self, dataset: ImageDataset, rows: np.ndarray
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        source = dataset.source
        assert isinstance(source, FileSource)
        for row in rows.tolist():
            name = str(dataset.ids[row])
            yield (
                name,
                {
                    "id": name,
                    "image": str(source.path(row)),
                    "labels": np.flatnonzero(dataset.labels[row]).tolist(),
                },
            )
