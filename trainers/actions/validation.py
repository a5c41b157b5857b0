"""Scores the network on held-out images and selects the best epoch."""

import numpy as np

from tf_dnnh import codes, metrics
from tf_dnnh.data import ImageDataset
from tf_dnnh.data.datasets import dataset_spec
from tf_dnnh.runs.run_folder import EpochRecord
from trainers.actions.action import Action
from trainers.checkpoints import Checkpoints
from trainers.config import Config
from trainers.encoder import Encoder


class Validation(Action):
    """Measures MAP on the validation images.

    Each of them is a query; the others are its database. None was trained on,
    so that their MAP compares with `map_unseen`.

    Args:
        encoder: computes logits.
        dataset: the images.
        indices: int [n], the validation images; if there are none, nothing
            is measured and no epoch is selected.
        checkpoints: keeps the selected model.
        config: the run's configuration.

    Attributes:
        bits: 0/1 [n, bits], codes of the validation images at the end of the
            latest epoch; None if it was not validated.
    """

    def __init__(
        self,
        encoder: Encoder,
        dataset: ImageDataset,
        indices: np.ndarray,
        checkpoints: Checkpoints,
        config: Config,
    ) -> None:
        self.bits: np.ndarray | None = None
        self._encoder = encoder
        self._labels = dataset.labels[indices]
        self._indices = indices
        self._checkpoints = checkpoints
        self._config = config

    def end_epoch(self, epoch: int, record: EpochRecord) -> None:
        """Fills in `validation_map`."""
        due = epoch % self._config.evaluate_every == 0
        last = epoch == self._config.epochs
        self.bits = None
        if len(self._indices) and (due or last):
            precisions = self._score()
            self._checkpoints.keep(precisions, epoch)
            record["validation_map"] = float(precisions.mean())

    def _score(self) -> np.ndarray:
        """Returns the tie-aware average precisions [n], in [0, 1]."""
        logits = self._encoder.logits(self._indices)
        self.bits = codes.bits_from_logits(logits).astype(np.uint8)
        packed, labels = codes.pack(self.bits), self._labels
        histograms = metrics.distance_histograms(
            packed,
            packed,
            labels,
            labels,
            self.bits.shape[1],
            exclude_self=True,
        )
        top_n = dataset_spec(self._config.dataset).map_top_n
        return metrics.average_precision(*histograms, top_n=top_n)
