"""The model from images to codes: normalisation, backbone, head, threshold."""

import functools
import os
import re
import warnings
from collections.abc import Callable, Iterable
from typing import Any

import keras
import numpy as np
from keras import ops

from tf_dnnh.layers import PiecewiseThreshold
from tf_dnnh.models import encoding
from tf_dnnh.models.views import VIEWS, check_views, make_views


def _warn_of_trunk() -> None:
    warnings.warn(
        "`trunk` of HashingModel is now called `backbone`; the old name will "
        "be removed in the next release.",
        DeprecationWarning,
        stacklevel=3,
    )


def _accept_trunk(init: Callable[..., None]) -> Callable[..., None]:
    """Lets a constructor take `trunk=`, the keyword of version 0.1.0."""

    @functools.wraps(init)
    def renamed(self: Any, *args: Any, **kwargs: Any) -> None:
        if "trunk" in kwargs:
            _warn_of_trunk()
            kwargs["backbone"] = kwargs.pop("trunk")
        init(self, *args, **kwargs)

    return renamed


@keras.saving.register_keras_serializable(package="tf_dnnh")
class HashingModel(keras.Model):
    """Turns images into relaxed codes, logits or packed bits.

    ```
    pixels -> (pixels - mean) / std -> backbone -> head -> threshold -> relaxed
    ```

    The model takes pixels in 0..255, so that training, evaluation and export
    cannot scale them differently. Normalisation, head and threshold compute in
    float32 even under mixed precision.

    Outside training, the features may be the mean over several views of an
    image, such as the image and its mirror image. The heads are linear up to
    their logits, which are then means, too. Each view costs as much as an
    image does.

    Args:
        backbone: model from normalised images to features [batch, features].
        head: `DivideAndEncode`, `FullyConnectedEncode`, or another layer with
            `bits`, `logits` and `relaxed`.
        image_shape: (height, width, channels) of the images.
        epsilon: half the width of the piece-wise threshold's band, in
            [0, 0.5].
        mean: mean of the pixels, in 0..255: one number, one per channel, or a
            mean image [height, width, channels].
        std: their standard deviation, in the same form, above 0.
        load_size: (height, width) that images are resized to before they are
            center-cropped for the model; None if they are resized to the
            model's image size. Both are up to the caller.
        views: a key of `tf_dnnh.models.views.VIEWS`: `"single"`, `"mirror"` or
            `"mirror_and_shifts"`.
        **kwargs: `name`, `dtype` and other arguments of Keras models.

    Call arguments:
        images: float or uint8 [batch, height, width, channels], 0..255.

    Returns:
        Relaxed codes, float32 [batch, bits] in [0, 1].

    Raises:
        ValueError: if `std` is not above 0, `views` is unknown, or the
            backbone's output is not [batch, features].

    Example:
        >>> from tf_dnnh.models import build_hashing_model
        >>> model = build_hashing_model("plain_cnn", 12, (16, 16, 1))
        >>> images = np.zeros((2, 16, 16, 1), np.uint8)
        >>> model(images).shape, model.encode(images).shape
        (TensorShape([2, 12]), (2, 2))

    Reference:
        Lai et al., CVPR 2015, Figure 1: one of the three identical streams.
    """

    @_accept_trunk
    def __init__(
        self,
        backbone: keras.Model,
        head: keras.layers.Layer,
        image_shape: tuple[int, int, int] = (32, 32, 3),
        *,
        epsilon: float = 0.5,
        mean: Any = 127.5,
        std: Any = 127.5,
        load_size: tuple[int, int] | None = None,
        views: str = "single",
        **kwargs: Any,
    ) -> None:
        # Autocasting would round the pixels to half precision.
        super().__init__(autocast=False, **kwargs)
        mean, std = np.broadcast_arrays(np.float32(mean), np.float32(std))
        if not np.all(std > 0):
            raise ValueError(f"`std` must be above 0. Received: std={std}")
        check_views(views)
        self.image_shape = tuple(image_shape)
        self.views = views
        self.load_size = load_size and (load_size[0], load_size[1])
        self.mean, self.std = mean, std
        self.normalization = keras.layers.Normalization(
            axis=(1, 2, 3) if mean.ndim == 3 else -1,
            mean=mean,
            variance=np.square(std),
            dtype="float32",
            name="normalization",
        )
        self._backbone = backbone
        self.head = head
        self.threshold = PiecewiseThreshold(
            epsilon, dtype="float32", name="threshold"
        )
        self.build((None, *self.image_shape))

    def __getattr__(self, name: str) -> Any:
        """Returns the `backbone`; `trunk` is its name in version 0.1.0."""
        # Not properties: Keras saves a part under the alphabetically first
        # attribute that holds it. In the files of all versions that is
        # `layers`, which `backbone` would precede.
        if name == "trunk":
            _warn_of_trunk()
        elif name != "backbone":
            raise AttributeError(f"`HashingModel` has no attribute `{name}`")
        return self._backbone

    def build(self, input_shape: tuple) -> None:
        """Creates the weights of all parts."""
        features = self.backbone(keras.Input(input_shape[1:]))
        if len(features.shape) != 2:
            raise ValueError(
                "`backbone` must return features [batch, features]; end it "
                f"with a pooling layer. Received: shape={tuple(features.shape)}"
            )
        self.threshold(self.head(features))
        self.normalization.build(input_shape)

    @property
    def bits(self) -> int:
        """Number of bits per code."""
        return self.head.bits

    @property
    def image_size(self) -> tuple[int, int]:
        """(height, width) of the images."""
        return self.image_shape[0], self.image_shape[1]

    def call(self, images: Any, training: bool | None = None) -> Any:
        """Computes the relaxed codes."""
        return self.threshold(self.head(self._features(images, training)))

    def logits(self, images: Any, training: bool = False) -> Any:
        """Computes the logits, float32 [batch, bits]; a bit is 1 where >= 0."""
        return self.head.logits(self._features(images, training))

    def relaxed(self, logits: Any) -> Any:
        """Computes the relaxed codes of logits [batch, bits]."""
        return self.threshold(self.head.relaxed(logits))

    def _features(self, images: Any, training: bool | None) -> Any:
        if training or self.views == "single":
            return self.backbone(self.normalization(images), training=training)
        # One batch of all views: files hold the backbone once.
        views = ops.concatenate(make_views(images, self.views))
        features = self.backbone(self.normalization(views), training=False)
        shape = (VIEWS[self.views], -1, features.shape[1])
        features = ops.reshape(ops.cast(features, "float32"), shape)
        return ops.mean(features, axis=0)

    def encode(self, images: Any, batch_size: int = 256) -> np.ndarray:
        """Encodes images, batch by batch.

        Args:
            images: array [n, height, width, channels], 0..255; or an iterable
                of such batches, for example a `tf.data.Dataset`. Batches may be
                pairs (images, labels); the labels are ignored.
            batch_size: number of images of an array on the device at a time.

        Returns:
            Packed codes, uint8 array [n, ceil(bits / 8)].
        """
        return encoding.encode(self, images, batch_size)

    def encode_files(self, paths: Iterable[str | os.PathLike]) -> np.ndarray:
        """Encodes image files, decoded and resized as in training.

        Args:
            paths: JPEG, PNG, GIF, BMP or WebP files of any size.

        Returns:
            Packed codes, uint8 array [n, ceil(bits / 8)], in order.

        Raises:
            ValueError: the model does not take images of three channels.
            OSError, tf.errors.InvalidArgumentError: a file cannot be read.
        """
        if self.image_shape[-1] != 3:
            raise ValueError(
                "`encode_files` needs a model of images of three channels. "
                f"Received: image_shape={self.image_shape}"
            )
        return encoding.encode(self, encoding.file_batches(self, paths), 0)

    def fit(
        self, x: Any = None, y: Any = None, *args: Any, **kwargs: Any
    ) -> Any:
        """Trains the model, as `keras.Model.fit` does.

        Raises:
            ValueError: the model was compiled with the metric accuracy, or
                the labels are strings.
        """
        compiled = (self.get_compile_config() or {}).get("metrics")
        if re.search("accuracy|'acc'", str(compiled).lower()):
            raise ValueError(
                "`metrics`: codes are no class scores and have no accuracy; "
                "compile without it and give `fit` "
                "`callbacks=[tf_dnnh.callbacks.ValidationMAP(images, labels)]`."
            )
        if y is not None and np.asarray(y).dtype.kind in "OSU":
            raise ValueError(
                "`y` must be class numbers [batch] or zeros and ones [batch, "
                "classes]: turn names into numbers by `names, y = "
                "np.unique(y, return_inverse=True)`. Received: "
                f"{np.ravel(y)[:3].tolist()}"
            )
        return super().fit(x, y, *args, **kwargs)

    def export(self, *args: Any, **kwargs: Any) -> Any:
        """Exports the relaxed codes, as `keras.Model.export` does.

        `python -m export.main` writes packed codes, and checks them.
        """
        # Keras exports only a model that was called.
        self(np.zeros((1, *self.image_shape), np.float32))
        return super().export(*args, **kwargs)

    def get_config(self) -> dict[str, Any]:
        """Returns the configuration, with the current value of `epsilon`."""
        config = {
            **super().get_config(),
            "backbone": keras.saving.serialize_keras_object(self.backbone),
            "head": keras.saving.serialize_keras_object(self.head),
            "image_shape": self.image_shape,
            "epsilon": self.threshold.get_config()["epsilon"],
            "mean": self.mean.tolist(),
            "std": self.std.tolist(),
            "load_size": self.load_size,
        }
        # Other files stay those of version 0.1.0, which has no views.
        return (
            config if self.views == "single" else config | {"views": self.views}
        )

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict | None = None
    ) -> "HashingModel":
        """Rebuilds the model, backbone and head included."""
        config = dict(config)
        if "trunk" in config:  # written by version 0.1.0
            config["backbone"] = config.pop("trunk")
        for part in ("backbone", "head"):
            config[part] = keras.saving.deserialize_keras_object(
                config[part], custom_objects=custom_objects
            )
        return cls(**config)
