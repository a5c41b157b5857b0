"""Turns pictures into codes with a model in any of its forms."""

import concurrent.futures
import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tf_dnnh.data.headers import MAX_PIXELS
from tf_dnnh.search.picture import Encoded
from tf_dnnh.search.picture_error import PictureError
from tf_dnnh.search.picture_header import check_header

# Bounds the memory of a batch: 50 MB per copy of its pixels.
_PIXELS_PER_BATCH = 2**22


class Encoder:
    """Encodes pictures, given as the contents of their files.

    The contents are decoded and resized as in training, so the codes equal
    those of the run. Pictures are decoded in parallel.

    Args:
        run: function from images, float32 [n, height, width, 3] in 0..255, to
            packed codes, uint8 [n, bytes], and relaxed codes, float32
            [n, bits].
        bits: length of a code.
        fingerprint: of the model.
        image_size: (height, width) of the model's images.
        load_size: (height, width) to resize to before cropping the centre.
    """

    def __init__(
        self,
        run: Callable[[np.ndarray], Encoded],
        bits: int,
        fingerprint: str,
        image_size: tuple[int, int],
        load_size: tuple[int, int] | None = None,
    ) -> None:
        self.bits = bits
        self.fingerprint = fingerprint
        self._run = run
        self._load = _loader(image_size, load_size)
        height, width = load_size or image_size
        most = max(1, _PIXELS_PER_BATCH // (height * width))
        self.batch_size = min(256, most)
        self.max_pixels = MAX_PIXELS
        self._pool = concurrent.futures.ThreadPoolExecutor(os.cpu_count())

    def encode(self, contents: Sequence[bytes]) -> Encoded:
        """Encodes pictures.

        Args:
            contents: the bytes of n files.

        Returns:
            Their codes.

        Raises:
            PictureError: for the first that cannot be decoded.
        """
        parts = []
        for start in range(0, len(contents), self.batch_size):
            batch = contents[start : start + self.batch_size]
            images = list(self._pool.map(self.prepare, batch))
            parts.append(self.run(images))
        return Encoded(*map(np.concatenate, zip(*parts, strict=True)))

    def prepare(self, contents: bytes) -> np.ndarray:
        """Decodes and resizes one picture, float32 [height, width, 3]."""
        import tensorflow as tf

        from tf_dnnh.data.checks.checked_files import decoding_error

        check_header(contents, self.max_pixels)
        try:
            return self._load(contents).numpy()
        except tf.errors.OpError as error:
            # Errors inside a graph come with its whole history.
            reason = decoding_error(contents) or "cannot be decoded"
            raise PictureError(reason) from error

    def submit(
        self, function: Callable[..., object], *args: object
    ) -> concurrent.futures.Future:
        """Calls a function in one of the threads that decode."""
        return self._pool.submit(function, *args)

    def run(self, images: Sequence[np.ndarray]) -> Encoded:
        """Encodes prepared images."""
        return self._run(np.stack(images))


def _loader(
    image_size: tuple[int, int], load_size: tuple[int, int] | None
) -> Callable:
    import tensorflow as tf

    from tf_dnnh.data import preprocessing

    @tf.function(
        input_signature=[tf.TensorSpec([], tf.string)], autograph=False
    )
    def load(contents: Any) -> Any:
        return preprocessing.load_image(contents, image_size, load_size)

    return load
