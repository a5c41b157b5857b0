"""Mean average precision of held-out images after each epoch of `fit`."""

from typing import Any

import keras
import numpy as np

from tf_dnnh import codes, metrics


class ValidationMAP(keras.callbacks.Callback):
    """Adds the MAP of held-out images to the logs of every epoch.

    Each image is a query, and all the others are its database. The value is
    the mean over all orders of images at equal distance. Later callbacks of
    the list can use it, for example
    `keras.callbacks.EarlyStopping(monitor="val_map", mode="max")`.

    Args:
        images: array [n, height, width, channels] of pixels in 0..255, at
            least two.
        labels: class numbers [n], or zeros and ones [n, classes].
        batch_size: images on the device at a time.
        name: key of the value in the logs.

    Raises:
        ValueError: `images` and `labels` differ in length, or there are fewer
            than two.

    Example:
        >>> from tf_dnnh.losses import TripletRankingLoss
        >>> from tf_dnnh.models import build_hashing_model
        >>> images = np.zeros([4, 8, 8, 3], np.float32)
        >>> labels = np.array([0, 0, 1, 1])
        >>> model = build_hashing_model("plain_cnn", 4, (8, 8, 3))
        >>> model.compile("adam", TripletRankingLoss(), jit_compile=False)
        >>> history = model.fit(
        ...     images,
        ...     labels,
        ...     callbacks=[ValidationMAP(images, labels)],
        ...     verbose=0,
        ... )
        >>> [round(value, 3) for value in history.history["val_map"]]
        [0.611]
    """

    def __init__(
        self,
        images: np.ndarray,
        labels: np.ndarray,
        batch_size: int = 256,
        name: str = "val_map",
    ) -> None:
        super().__init__()
        if len(images) != len(labels) or len(images) < 2:
            raise ValueError(
                "`images` and `labels` must be equally long and at least two. "
                f"Received: {len(images)} images, {len(labels)} labels"
            )
        self._images = images
        self._labels = np.asarray(labels)
        self._batch_size = batch_size
        self._name = name

    def on_epoch_end(
        self, epoch: int, logs: dict[str, Any] | None = None
    ) -> None:
        """Measures the MAP, in [0, 1], and adds it to `logs`."""
        del epoch
        if logs is not None:
            logs[self._name] = self._measure()

    def _measure(self) -> float:
        relaxed = self.model.predict(
            self._images, batch_size=self._batch_size, verbose=0
        )
        packed = codes.pack(codes.bits_from_relaxed(relaxed))
        histograms = metrics.distance_histograms(
            packed,
            packed,
            self._labels,
            self._labels,
            relaxed.shape[1],
            exclude_self=True,
        )
        return float(metrics.average_precision(*histograms).mean())
