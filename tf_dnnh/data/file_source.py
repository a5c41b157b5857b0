"""Images that stay in files and are decoded as they stream."""

import os
from collections.abc import Sequence
from pathlib import Path

import tensorflow as tf

from tf_dnnh.data import preprocessing


class FileSource:
    """Image files, read and decoded in parallel while they stream.

    Args:
        root: folder that the paths start from.
        paths: one path per image, relative to `root`.

    Example:
        >>> source = FileSource("photos", ["cat/1.jpg", "dog/2.png"])
        >>> len(source), source.image_size is None
        (2, True)
    """

    def __init__(self, root: str | os.PathLike, paths: Sequence[str]):
        self.root = Path(root)
        self.paths = list(paths)
        self.image_size: tuple[int, int] | None = None

    def __len__(self) -> int:
        return len(self.paths)

    def path(self, index: int) -> Path:
        """Returns the path of image `index`."""
        return self.root / self.paths[index]

    def stamp(self, index: int) -> str:
        """Returns size and modification time, which change with the image."""
        state = self.path(index).stat()
        return f"{state.st_size} {state.st_mtime_ns}"

    def batches(
        self,
        indices: tf.data.Dataset,
        batch_size: int,
        image_size: tuple[int, int],
    ) -> tf.data.Dataset:
        """Streams images in order, as `ArraySource.batches` does."""
        # Bytes: a file name need not be UTF-8.
        paths = tf.constant([os.fsencode(self.root / p) for p in self.paths])

        def read(index: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            contents = tf.io.read_file(paths[index])
            return index, preprocessing.load_image(contents, image_size)

        return (
            indices.unbatch()
            .map(read, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)
            .batch(batch_size)
        )
