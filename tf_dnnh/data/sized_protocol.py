"""Protocols with sizes that may be changed."""

import dataclasses
from collections.abc import Callable, Mapping

import numpy as np

from tf_dnnh.data.data_error import DataError
from tf_dnnh.data.dataset_spec import Parts
from tf_dnnh.data.image_dataset import ImageDataset


@dataclasses.dataclass(frozen=True)
class SizedProtocol:
    """A protocol that draws parts of given sizes.

    Attributes:
        draw: function from (data set, usable indices, generator) and the
            sizes, by name, to the indices of every part.
        sizes: numbers of images by name; None where the data decide.

    Example:
        >>> from tf_dnnh.data import DATASETS
        >>> protocol = DATASETS["digits"].protocols["lai2015"]
        >>> protocol.resized({"queries_per_class": 10}).sizes
        {'queries_per_class': 10, 'training_per_class': 120}
    """

    draw: Callable[..., Parts]
    sizes: Mapping[str, int | None]

    def __call__(
        self,
        dataset: ImageDataset,
        usable: np.ndarray,
        rng: np.random.Generator,
    ) -> Parts:
        """Divides the usable images of a data set."""
        return self.draw(dataset, usable, rng, **self.sizes)

    def resized(self, sizes: Mapping[str, int]) -> "SizedProtocol":
        """Returns the protocol with other sizes, whose names must be known."""
        return SizedProtocol(self.draw, {**self.sizes, **sizes})

    def to_fit(
        self, dataset: ImageDataset, usable: np.ndarray
    ) -> dict[str, int] | None:
        """Returns about the largest sizes that fit, in the same proportion."""
        sizes = {name: n for name, n in self.sizes.items() if n is not None}
        most = max(sizes.values(), default=0)
        while most > 1:
            most = most * 4 // 5
            scale = most / max(sizes.values())
            smaller = {name: int(n * scale) or 1 for name, n in sizes.items()}
            try:
                self.resized(smaller)(dataset, usable, np.random.default_rng(0))
            except DataError:
                continue
            return smaller
        return None
