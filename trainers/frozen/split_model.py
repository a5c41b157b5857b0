"""Splits a network into a frozen and a trained part."""

import dataclasses
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import tensorflow as tf

from tf_dnnh.data import ImageDataset
from tf_dnnh.models import HashingModel
from trainers.config import Config, ConfigError
from trainers.encoder import Encoder
from trainers.frozen.features import FrozenFeatures
from trainers.frozen.parts import freeze, trainable_part


@dataclasses.dataclass(frozen=True)
class SplitModel:
    """A network, the part of it that the trainer sees, and its inputs.

    Attributes:
        model: the whole network.
        trained: the network itself, or the part after the frozen one.
        features: outputs of the frozen part; None if images are the inputs.
    """

    model: HashingModel
    trained: HashingModel
    features: FrozenFeatures | None = None

    def encoder(self, dataset: ImageDataset) -> Encoder:
        """Returns an encoder, which starts from features if there are any.

        Features are those of the images as they are, so that other views
        start from the images.
        """
        if self.features is None or self.model.views != "single":
            return Encoder(self.model, dataset)
        return _FeatureEncoder(self.trained, dataset, self.features)

    def finish(self) -> None:
        """Copies the trained part's epsilon to the whole network.

        The two share all layers but the threshold.
        """
        epsilon = self.trained.threshold.epsilon.numpy()
        self.model.threshold.epsilon.assign(epsilon)


class _FeatureEncoder(Encoder):
    """Computes logits from the outputs of the frozen part."""

    def __init__(
        self,
        trained: HashingModel,
        dataset: ImageDataset,
        features: FrozenFeatures,
    ) -> None:
        super().__init__(trained, dataset, batch_size=256)
        self._features = features

    def prepare(self, indices: np.ndarray, description: str | None) -> None:
        name = description and f"{description}, frozen part"
        self._features.fill(indices, name=name)

    def inputs(self, indices: np.ndarray) -> Iterable[tf.Tensor]:
        for start in range(0, len(indices), self._batch_size):
            rows = indices[start : start + self._batch_size]
            copies = np.zeros(len(rows), np.int64)
            yield tf.constant(self._features.read(indices, rows, copies))


def split_model(
    config: Config, folder: Path, dataset: ImageDataset, model: HashingModel
) -> SplitModel:
    """Freezes a part of a network, and splits it off if it may be cached.

    Args:
        config: the run's configuration.
        folder: the run folder; holds the features unless `cache_dir` is set.
        dataset: the images.
        model: the network.

    Raises:
        ConfigError: the backbone has no such part.
    """
    statistics = config.batch_norm == "frozen"
    try:
        frozen = freeze(model.backbone, config.trainable, statistics)
    except ValueError as error:
        raise ConfigError(str(error)) from error
    workers = config.strategy == "multi_worker"
    if frozen is None or workers or not config.cache_features:
        return SplitModel(model, model)
    features = FrozenFeatures(
        Path(config.cache_dir or folder / "features"),
        model,
        frozen,
        dataset,
        config.augmentation,
        config.seed,
    )
    return SplitModel(model, trainable_part(model, frozen), features)


def note_copies(config: Config, parts: SplitModel) -> None:
    """Prints a note if caching limits the augmented images."""
    if parts.features is None or not config.augmentation.enabled:
        return
    print(
        "note: the frozen part is computed once, so training sees every image "
        f"as it is and in cache_copies={config.cache_copies} fixed "
        "augmented versions; --override=cache_features=false draws new ones "
        "every epoch, and takes longer.",
        file=sys.stderr,
    )
