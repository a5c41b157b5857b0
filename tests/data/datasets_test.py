import gzip
import os
import struct
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds

from tests.data import toy
from tf_dnnh.data import (
    DATASETS,
    PROTOCOLS,
    DataError,
    DatasetSpec,
    fashion_mnist,
    load_dataset,
    make_split,
    per_class,
)
from tf_dnnh.data.fashion_mnist import read_idx


def idx(values: np.ndarray) -> bytes:
    """Returns a uint8 array as the content of an idx file."""
    header = bytes([0, 0, 8, values.ndim])
    return (
        header
        + struct.pack(f">{values.ndim}I", *values.shape)
        + values.tobytes()
    )


def prepare(folder: Path, name: str, shape: list[int], counts: dict) -> None:
    """Writes a prepared TFDS folder of random images."""
    features = tfds.features.FeaturesDict(
        {
            "image": tfds.features.Image(shape=shape),
            "label": tfds.features.ClassLabel(names=["a", "b"]),
        }
    )
    splits = {}
    for split, count in counts.items():
        images = toy.pictures(count, shape[0], seed=count)[..., : shape[2]]
        labels = np.arange(count) % 2
        splits[split] = tf.data.Dataset.from_tensor_slices(
            {"image": images, "label": labels}
        )
    tfds.disable_progress_bar()
    with mock.patch("builtins.print"):
        tfds.dataset_builders.store_as_tfds_dataset(
            name=name,
            version="1.0.0",
            features=features,
            split_datasets=splits,
            data_dir=folder,
            disable_shuffling=True,
        )


class FolderCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        environment = {"TFDS_DATA_DIR": str(self.root)}
        patch = mock.patch.dict(os.environ, environment)
        patch.start()
        self.addCleanup(patch.stop)


class LoadDatasetTest(FolderCase):
    def test_digits(self):
        dataset = load_dataset("digits")
        self.assertEqual(dataset.source.images.shape, (1797, 8, 8, 3))
        self.assertEqual(dataset.source.images.max(), 255)
        self.assertEqual(dataset.source.images.min(), 0)
        np.testing.assert_array_equal(
            dataset.source.images[..., 0], dataset.source.images[..., 2]
        )
        split = make_split(dataset)
        self.assertEqual(
            split.counts(),
            {
                "queries": 300,
                "database": 1497,
                "training": 1200,
                "validation": 0,
            },
        )

    def test_unknown_name(self):
        with self.assertRaisesRegex(DataError, "did you mean cifar10.*svhn"):
            load_dataset("cifar-10")
        with self.assertRaisesRegex(DataError, "choose one of digits"):
            load_dataset("nothing like it")

    def test_missing_folder(self):
        with self.assertRaisesRegex(DataError, "There is no folder /no/where"):
            load_dataset("cifar10", "/no/where")


class TableTest(unittest.TestCase):
    def test_a_data_set_is_added_by_one_row(self):
        asked = []

        def load(data_dir, size=8):
            asked.append((data_dir, size))
            return toy.toy(np.arange(60) % 3, name="toy", size=size)

        spec = DatasetSpec(
            "Toy",
            load,
            {"lai2015": per_class(2, 5), "large": per_class(1, 3)},
            {"large": {"size": 16}},
        )
        with mock.patch.dict(DATASETS, toy=spec):
            dataset = load_dataset("toy", protocol="large")
            self.assertEqual(dataset.image_size, (16, 16))
            counts = make_split(dataset, "large").counts()
            self.assertEqual(
                counts,
                {
                    "queries": 3,
                    "database": 57,
                    "training": 9,
                    "validation": 0,
                },
            )
            self.assertEqual(load_dataset("toy").image_size, (8, 8))
            load_dataset("toy", protocol="large", size=4)
            with self.assertRaisesRegex(DataError, "one of lai2015, large"):
                make_split(dataset, "full")
        self.assertEqual(asked, [(None, 16), (None, 8), (None, 4)])

    def test_what_the_table_says_of_each(self):
        fetched = {name for name, s in DATASETS.items() if not s.needs_folder}
        self.assertEqual(
            fetched, {"cifar10", "digits", "fashion_mnist", "svhn"}
        )
        tops = {name: s.map_top_n for name, s in DATASETS.items()}
        self.assertEqual(tops, dict.fromkeys(DATASETS) | {"nuswide": 5000})

    def test_protocols_are_those_of_the_rows(self):
        rows = {(n, p) for n, spec in DATASETS.items() for p in spec.protocols}
        self.assertEqual(set(PROTOCOLS), rows)


class TfdsTest(FolderCase):
    def test_svhn_with_and_without_extra(self):
        counts = {"train": 8, "test": 6, "extra": 4}
        prepare(self.root, "svhn_cropped", [32, 32, 3], counts)
        dataset = load_dataset("svhn", self.root)
        self.assertEqual(len(dataset), 14)
        self.assertEqual(
            dataset.ids[[0, 8, 13]].tolist(),
            [
                "train_00000",
                "test_00000",
                "test_00005",
            ],
        )
        self.assertEqual(dataset.partition[[7, 8]].tolist(), ["train", "test"])
        np.testing.assert_array_equal(
            dataset.source.images[:8], toy.pictures(8, 32, seed=8)
        )
        self.assertEqual(dataset.labels[:4].tolist(), [0, 1, 0, 1])
        self.assertEqual(dataset.class_names, ["a", "b"])
        self.assertEqual(len(load_dataset("svhn", self.root, extra=True)), 18)
        counts = make_split(dataset, "full").counts()
        self.assertEqual(counts["queries"], 6)

    def test_grey_images_become_rgb(self):
        counts = {"train": 5, "test": 3}
        prepare(self.root, "fashion_mnist", [28, 28, 1], counts)
        dataset = load_dataset("fashion_mnist", self.root)
        expected = toy.pictures(5, 28, seed=5)[..., :1]
        images = dataset.source.images
        np.testing.assert_array_equal(images[:5], expected.repeat(3, axis=-1))

    def test_default_folder(self):
        prepare(self.root, "cifar10", [32, 32, 3], {"train": 4, "test": 2})
        self.assertEqual(len(load_dataset("cifar10")), 6)

    def test_not_prepared(self):
        message = "cifar10 is not prepared in .*--download.*--data_dir"
        with self.assertRaisesRegex(DataError, message):
            load_dataset("cifar10", self.root)

    def test_damaged(self):
        prepare(self.root, "cifar10", [32, 32, 3], {"train": 4, "test": 2})
        (version,) = (self.root / "cifar10").iterdir()
        record = next(version.glob("*train.tfrecord*"))
        record.write_bytes(record.read_bytes()[:100])
        with self.assertRaisesRegex(DataError, "Could not read the train"):
            load_dataset("cifar10", self.root)
        (version / "features.json").write_text("{")
        with self.assertRaisesRegex(DataError, "is damaged"):
            load_dataset("cifar10", self.root)

    def test_a_split_is_missing(self):
        prepare(self.root, "svhn_cropped", [32, 32, 3], {"train": 4, "test": 2})
        with self.assertRaisesRegex(DataError, "no split extra"):
            load_dataset("svhn", self.root, extra=True)

    def test_download_that_fails(self):
        failure = mock.Mock(side_effect=ConnectionError("no route\nmore"))
        with (
            mock.patch.object(tfds, "builder", failure),
            self.assertRaisesRegex(DataError, r"\(no route\): check network"),
        ):
            load_dataset("cifar10", self.root, download=True)


class FashionMnistTest(FolderCase):
    def write(self, folder: Path, ending: str = ".gz") -> None:
        for part, count in (("train", 8), ("t10k", 4)):
            images = toy.pictures(count, 28, seed=count)[..., 0]
            labels = (np.arange(count) % 10).astype(np.uint8)
            for name, values in (
                (f"{part}-images-idx3-ubyte", images),
                (f"{part}-labels-idx1-ubyte", labels),
            ):
                contents = idx(np.ascontiguousarray(values))
                if ending:
                    contents = gzip.compress(contents)
                toy.write(folder / (name + ending), contents)

    def test_idx_files_packed_or_not(self):
        for ending in ("", ".gz"):
            folder = self.root / f"idx{ending}"
            self.write(folder, ending)
            dataset = load_dataset("fashion_mnist", folder)
            self.assertEqual(len(dataset), 12)
            self.assertEqual(dataset.image_size, (28, 28))
            self.assertEqual(dataset.ids[8], "test_00000")
            self.assertEqual(dataset.label_text(9), "Trouser")
            np.testing.assert_array_equal(
                dataset.source.images[:8, ..., 1],
                toy.pictures(8, 28, seed=8)[..., 0],
            )

    def test_found_where_debian_puts_them(self):
        debian = self.root / "debian"
        self.write(debian)
        with mock.patch.object(fashion_mnist, "_DEBIAN", debian):
            self.assertEqual(len(load_dataset("fashion_mnist")), 12)

    def test_nowhere(self):
        nowhere = self.root / "nowhere"
        message = "not prepared in .*; or give the folder of the four idx"
        with (
            mock.patch.object(fashion_mnist, "_DEBIAN", nowhere),
            self.assertRaisesRegex(DataError, message),
        ):
            load_dataset("fashion_mnist")

    def test_incomplete(self):
        self.write(self.root)
        (self.root / "t10k-labels-idx1-ubyte.gz").unlink()
        with self.assertRaisesRegex(DataError, "lacks t10k-labels"):
            load_dataset("fashion_mnist", self.root)

    def test_damaged_idx_files(self):
        good = idx(toy.pictures(2, 4)[..., 0].copy())
        cases = {
            "cut": good[:-1],
            "long": good + b"x",
            "header": good[:7],
            "type": bytes([0, 0, 13, 1]) + good[4:],
            "nothing": b"",
        }
        for name, contents in cases.items():
            with self.subTest(name), self.assertRaises(DataError):
                read_idx(toy.write(self.root / name, contents))
        with self.assertRaisesRegex(DataError, "Could not read"):
            read_idx(toy.write(self.root / "x.gz", b"no gzip"))
        with self.assertRaisesRegex(DataError, "Could not read"):
            read_idx(self.root / "missing")


if __name__ == "__main__":
    unittest.main()
