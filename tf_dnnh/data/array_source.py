"""Small images, decoded once and kept in one array."""

import numpy as np
import tensorflow as tf

from tf_dnnh.data import preprocessing


class ArraySource:
    """Images of one size in one uint8 array that batches are gathered from.

    Args:
        images: uint8 [n, height, width, 3].

    Raises:
        ValueError: if `images` has another dtype or rank.

    Example:
        >>> source = ArraySource(np.zeros([5, 8, 8, 3], np.uint8))
        >>> len(source), source.image_size
        (5, (8, 8))
    """

    def __init__(self, images: np.ndarray):
        if images.dtype != np.uint8 or images.ndim != 4:
            raise ValueError(
                "`images` must be uint8 [n, height, width, 3]. Received: "
                f"dtype={images.dtype}, shape={images.shape}"
            )
        self.images = images
        self.image_size: tuple[int, int] | None = images.shape[1:3]
        self._tensor: tf.Tensor | None = None

    def __len__(self) -> int:
        return len(self.images)

    def batches(
        self,
        indices: tf.data.Dataset,
        batch_size: int,
        image_size: tuple[int, int],
    ) -> tf.data.Dataset:
        """Streams images in the order of their indices.

        Args:
            indices: data set of int64 [batch], indices of images.
            batch_size: images per batch; the last batch may be smaller.
            image_size: (height, width) that the images are resized to.

        Returns:
            Data set of (the indices, images float32 [batch, height, width,
            3] in 0..255).
        """
        del batch_size
        tensor = self._as_tensor()

        def read(rows: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            images = tf.gather(tensor, rows)
            return rows, preprocessing.resize(images, image_size)

        return indices.map(
            read, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True
        )

    def _as_tensor(self) -> tf.Tensor:
        """Moves the array, on first use, to a tensor that shares its memory.

        Not earlier, because the first tensor fixes TensorFlow's devices.
        """
        if self._tensor is None:
            with tf.device("CPU:0"):
                self._tensor = tf.constant(self.images)
            self.images = np.asarray(memoryview(self._tensor))
        return self._tensor
