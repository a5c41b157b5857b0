import tempfile
import unittest
from pathlib import Path

import numpy as np
import tensorflow as tf

from tests.data import toy
from tf_dnnh.data import (
    ArraySource,
    AugmentConfig,
    FileSource,
    ImageDataset,
    decode_image,
    evaluation_batches,
    index_batches,
    pixel_statistics,
    training_batches,
)

AUGMENTATION = AugmentConfig(flip=True, crop_padding=1, brightness=20)


def collect(stream) -> tuple[np.ndarray, np.ndarray]:
    images, labels = zip(*stream.as_numpy_iterator(), strict=True)
    return np.stack(images), np.stack(labels)


def read(source, order, batch_size, image_size):
    """Returns lists of index batches and of image batches."""
    indices = tf.data.Dataset.from_tensor_slices(order).batch(batch_size)
    stream = source.batches(indices, batch_size, image_size)
    return zip(*stream.as_numpy_iterator(), strict=True)


class ThreadsTest(unittest.TestCase):
    def test_streams_have_threads_of_their_own(self):
        dataset = toy.toy(np.arange(40) % 2)
        streams = (
            training_batches(dataset, np.arange(8).reshape(2, 4), (8, 8)),
            evaluation_batches(dataset, np.arange(8), (8, 8), 4),
        )
        for stream in streams:
            threads = stream.options().threading.private_threadpool_size
            self.assertGreaterEqual(threads, 2)


class SourceTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def files(self, count: int) -> FileSource:
        names = [f"bänke/{i:03d}.png" for i in range(count)]
        for i, name in enumerate(names):
            toy.write(self.root / name, toy.png(10 + i % 3, 12, seed=i))
        return FileSource(self.root, names)

    def test_array_delivers_in_order(self):
        images = toy.pictures(20)
        source = ArraySource(images.copy())
        order = np.array([5, 3, 3, 19, 0])
        rows, batches = read(source, order, 2, (8, 8))
        self.assertEqual([len(b) for b in batches], [2, 2, 1])
        np.testing.assert_array_equal(np.concatenate(rows), order)
        np.testing.assert_array_equal(np.concatenate(batches), images[order])
        np.testing.assert_array_equal(source.images, images)

    def test_array_shares_memory_with_its_tensor(self):
        source = ArraySource(toy.pictures(20))
        read(source, np.arange(2), 2, (8, 8))
        memory = np.asarray(memoryview(source._as_tensor()))
        self.assertTrue(np.shares_memory(source.images, memory))

    def test_array_must_be_uint8(self):
        with self.assertRaisesRegex(ValueError, "float32"):
            ArraySource(np.zeros([2, 8, 8, 3], np.float32))

    def test_files_deliver_in_order(self):
        source = self.files(40)
        order = np.random.default_rng(0).permutation(40)
        rows, batches = read(source, order, 7, (10, 12))
        np.testing.assert_array_equal(np.concatenate(rows), order)
        images = np.concatenate(batches)
        for index, image in zip(order, images, strict=True):
            if index % 3 == 0:
                contents = source.path(index).read_bytes()
                expected = decode_image(tf.constant(contents))
                np.testing.assert_array_equal(image, expected)

    def test_files_and_arrays_train_alike(self):
        files = self.files(12)
        same_size = np.arange(0, 12, 3)
        pixels = np.stack(
            [
                decode_image(tf.constant(files.path(i).read_bytes()))
                for i in same_size
            ]
        )
        labels = np.array([0, 1, 0, 1])
        ids = np.array(list("abcd"))
        sources = (
            ArraySource(pixels),
            FileSource(self.root, [files.paths[i] for i in same_size]),
        )
        results = []
        for source in sources:
            dataset = ImageDataset("x", labels, ids, ["a", "b"], source)
            stream = training_batches(
                dataset,
                np.array([[0, 1, 2, 3], [3, 2, 1, 0]]),
                (16, 16),
                augmentation=AUGMENTATION,
            )
            results.append(collect(stream))
        np.testing.assert_allclose(results[0][0], results[1][0], atol=1e-3)
        np.testing.assert_array_equal(results[0][1], results[1][1])


class TrainingBatchesTest(unittest.TestCase):
    def setUp(self):
        self.dataset = toy.toy(np.arange(60) % 3)
        self.batches = np.concatenate(
            [
                index_batches(self.dataset.labels, np.arange(60), 12, epoch=e)
                for e in range(2)
            ]
        )

    def stream(self, **options):
        return training_batches(
            self.dataset,
            self.batches,
            (8, 8),
            augmentation=AUGMENTATION,
            **options,
        )

    def test_images_and_labels_belong_together(self):
        stream = training_batches(self.dataset, self.batches, (8, 8))
        images, labels = collect(stream)
        np.testing.assert_array_equal(
            images, self.dataset.source.images[self.batches]
        )
        np.testing.assert_array_equal(labels, self.batches % 3)
        self.assertEqual(stream.element_spec[0].shape, [12, 8, 8, 3])
        self.assertEqual(stream.element_spec[0].dtype, tf.float32)
        self.assertEqual(stream.element_spec[1].dtype, tf.int64)

    def test_resumes_at_any_step(self):
        images, labels = collect(self.stream(seed=5))
        for start in (1, 7):
            later, later_labels = collect(self.stream(seed=5, start_step=start))
            np.testing.assert_array_equal(later, images[start:])
            np.testing.assert_array_equal(later_labels, labels[start:])

    def test_epochs_from_a_function(self):
        asked = []

        def make(epoch):
            asked.append(epoch)
            return self.batches[5 * epoch : 5 * epoch + 5]

        images, labels = collect(self.stream(seed=5))
        for start in (0, 3, 5, 8):
            asked.clear()
            stream = training_batches(
                self.dataset,
                make,
                (8, 8),
                augmentation=AUGMENTATION,
                seed=5,
                epochs=2,
                start_step=start,
            )
            later, later_labels = collect(stream)
            np.testing.assert_array_equal(later, images[start:])
            np.testing.assert_array_equal(later_labels, labels[start:])
            # The first for the shape, then each that is needed.
            self.assertEqual(asked, [0, *range(start // 5, 2)])

    def test_seed_changes_the_augmentation_only(self):
        images, labels = collect(self.stream(seed=5))
        others, same_labels = collect(self.stream(seed=6))
        self.assertGreater(np.abs(images - others).max(), 1)
        np.testing.assert_array_equal(labels, same_labels)

    def test_shards_are_parts_of_the_global_batch(self):
        images, labels = collect(self.stream(seed=5))
        parts = [
            collect(self.stream(seed=5, shard=i, num_shards=3))
            for i in range(3)
        ]
        joined = np.concatenate([part[0] for part in parts], axis=1)
        np.testing.assert_allclose(joined, images, atol=1e-4)
        joined = np.concatenate([part[1] for part in parts], axis=1)
        np.testing.assert_array_equal(joined, labels)
        with self.assertRaisesRegex(ValueError, "num_shards=5, batch=12"):
            self.stream(num_shards=5)

    def test_random_crops_of_a_larger_load_size(self):
        images, _ = collect(self.stream(load_size=(12, 12)))
        self.assertEqual(images.shape[1:], (12, 8, 8, 3))

    def test_multi_label_targets(self):
        labels = toy.random_multi_labels(60)
        dataset = toy.toy(labels)
        stream = training_batches(dataset, self.batches, (8, 8))
        _, delivered = collect(stream)
        self.assertEqual(delivered.dtype, np.uint8)
        np.testing.assert_array_equal(delivered, labels[self.batches])


class EvaluationBatchesTest(unittest.TestCase):
    def test_last_batch_is_smaller(self):
        dataset = toy.toy(np.arange(10) % 2)
        indices = np.array([9, 0, 4, 4, 1, 2, 3])
        batches = list(evaluation_batches(dataset, indices, (8, 8), 3))
        self.assertEqual([len(b) for b in batches], [3, 3, 1])
        np.testing.assert_array_equal(
            np.concatenate(batches), dataset.source.images[indices]
        )

    def test_center_crop_of_a_larger_load_size(self):
        dataset = toy.toy(np.arange(10) % 2)
        stream = evaluation_batches(
            dataset, np.arange(4), (4, 6), 4, load_size=(8, 8)
        )
        np.testing.assert_array_equal(
            next(iter(stream)), dataset.source.images[:4, 2:6, 1:7]
        )

    def test_unreadable_file_stops_the_stream(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            toy.write(root / "a.png", toy.png())
            toy.write(root / "b.png", b"text")
            source = FileSource(root, ["a.png", "b.png"])
            dataset = ImageDataset(
                "x", np.arange(2), np.array(["a", "b"]), ["a", "b"], source
            )
            stream = evaluation_batches(dataset, np.arange(2), (8, 8), 2)
            with self.assertRaises(tf.errors.InvalidArgumentError):
                list(stream)


class PixelStatisticsTest(unittest.TestCase):
    def test_mean_and_deviation_of_every_channel(self):
        dataset = toy.toy(np.arange(30) % 2)
        mean, std = pixel_statistics(dataset, np.arange(5, 25), (8, 8))
        pixels = dataset.source.images[5:25].reshape(-1, 3)
        np.testing.assert_allclose(mean, pixels.mean(axis=0), rtol=1e-5)
        np.testing.assert_allclose(std, pixels.std(axis=0), rtol=1e-5)
        self.assertEqual(mean.dtype, np.float32)


if __name__ == "__main__":
    unittest.main()
