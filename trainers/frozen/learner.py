"""What of a network is trained: all of it, or what follows a frozen part."""

import dataclasses
import pathlib
import sys
from collections.abc import Iterable

import numpy as np
import tensorflow as tf

from tf_dnnh.data import AugmentConfig, ImageDataset
from tf_dnnh.models import HashingModel
from trainers.config import Config
from trainers.encoder import Encoder
from trainers.frozen.feature_cache import FeatureCache
from trainers.frozen.parts import frozen_part, learning_part


@dataclasses.dataclass
class Learner:
    """A network, the part of it that the trainer sees, and its inputs.

    Attributes:
        model: the whole network.
        trained: itself, or the part behind the cached features.
        cache: what the frozen part makes of the images; None where the
            images themselves are the inputs.
    """

    model: HashingModel
    trained: HashingModel
    cache: FeatureCache | None = None

    def encoder(self, dataset: ImageDataset) -> Encoder:
        """Returns what computes logits, by the cache if there is one."""
        if self.cache is None:
            return Encoder(self.model, dataset)
        return CachedEncoder(self.trained, dataset, self.cache)

    def finish(self) -> None:
        """Makes the whole network what was trained.

        The layers are shared; the band of the threshold is each one's own.
        """
        epsilon = self.trained.threshold.epsilon.numpy()
        self.model.threshold.epsilon.assign(epsilon)


class CachedEncoder(Encoder):
    """Computes logits from cached features.

    Args:
        trained: the network behind the features.
        dataset: where the images come from.
        cache: the features, which are computed where they are missing.
        batch_size: images at a time.
    """

    def __init__(
        self,
        trained: HashingModel,
        dataset: ImageDataset,
        cache: FeatureCache,
        batch_size: int = 256,
    ) -> None:
        super().__init__(trained, dataset, batch_size)
        self._cache = cache

    def batches(
        self, indices: np.ndarray, description: str | None
    ) -> Iterable[tf.Tensor]:
        """Yields features, in order."""
        name = description and f"{description}, frozen part"
        self._cache.fill(indices, name=name)
        for start in range(0, len(indices), self._batch_size):
            rows = indices[start : start + self._batch_size]
            copies = np.zeros(len(rows), np.int64)
            yield tf.constant(self._cache.read(indices, rows, copies))


def augmentation(config: Config) -> AugmentConfig:
    """The random changes of images that a configuration asks for."""
    fields = dataclasses.fields(AugmentConfig)
    return AugmentConfig(**{f.name: getattr(config, f.name) for f in fields})


def make_learner(
    config: Config,
    workdir: pathlib.Path,
    dataset: ImageDataset,
    model: HashingModel,
) -> Learner:
    """Divides a network where a part of it is frozen and may be cached.

    Args:
        config: of the run.
        workdir: its folder, with the cache unless `cache_dir` names another.
        dataset: the images.
        model: the network.

    Returns:
        The learner.
    """
    workers = config.strategy == "multi_worker"
    frozen = frozen_part(model.trunk, config.trainable)
    if frozen is None or workers or not config.cache_features:
        return Learner(model, model)
    cache = FeatureCache(
        pathlib.Path(config.cache_dir or workdir / "features"),
        model,
        frozen,
        dataset,
        augmentation(config),
        config.seed,
    )
    return Learner(model, learning_part(model, frozen), cache)


def note_fixed_copies(config: Config, learner: Learner) -> None:
    """Says that random changes of images are fewer than was asked for."""
    if learner.cache is None or not augmentation(config).enabled:
        return
    print(
        "note: the frozen part is computed once, so training sees every image "
        f"as it is and in cache_copies={config.cache_copies} fixed "
        "random changes; --override=cache_features=false draws new ones every "
        "epoch, and takes longer.",
        file=sys.stderr,
    )
