"""When and how the network is scored on validation images."""

import types
import unittest

import numpy as np

from tests.data import toy
from trainers.actions.validation import Validation
from trainers.config import Config

LABELS = np.array([0, 0, 1, 1, 0, 1])
# Codes of one label are equal, those of the two differ in every bit.
LOGITS = np.where(LABELS[:, None] == 0, -1.0, 1.0) * np.ones([6, 4])


class Selected:
    """Notes the epochs that were given for selection."""

    def __init__(self) -> None:
        self.epochs: list[int] = []

    def keep(self, precisions, epoch):
        self.precisions = precisions
        self.epochs.append(epoch)


class ValidationTest(unittest.TestCase):
    def run_epochs(self, logits, indices, epochs: int, every: int = 1):
        encoder = types.SimpleNamespace(logits=lambda rows: logits[rows])
        self.selected = Selected()
        self.validation = Validation(
            encoder,
            toy.toy(LABELS),
            indices,
            self.selected,
            Config(epochs=epochs, evaluate_every=every),
        )
        scores = []
        for epoch in range(1, epochs + 1):
            record = {"epoch": epoch, "validation_map": None}
            self.validation.end_epoch(epoch, record)
            scores.append(record["validation_map"])
        return scores

    def test_every_image_searches_among_the_others(self):
        (score,) = self.run_epochs(LOGITS, np.arange(6), epochs=1)
        self.assertEqual(score, 1.0)
        self.assertEqual(self.selected.precisions.shape, (6,))
        np.testing.assert_array_equal(self.validation.bits, LOGITS > 0)

    def test_equal_codes_score_the_mean_over_all_orders(self):
        (score,) = self.run_epochs(0 * LOGITS, np.arange(6), epochs=1)
        # Two of the five others are relevant: the mean of the average
        # precision over all ten places that the two can take.
        places = [(a, b) for b in range(2, 6) for a in range(1, b)]
        mean = np.mean([(1 / a + 2 / b) / 2 for a, b in places])
        self.assertAlmostEqual(score, mean)

    def test_some_epochs_and_the_last_are_scored(self):
        scores = self.run_epochs(LOGITS, np.arange(6), epochs=5, every=2)
        self.assertEqual([s is not None for s in scores], [0, 1, 0, 1, 1])
        self.assertEqual(self.selected.epochs, [2, 4, 5])

    def test_codes_are_those_of_this_epoch_or_none(self):
        self.run_epochs(LOGITS, np.arange(6), epochs=3, every=3)
        self.assertIsNotNone(self.validation.bits)
        self.validation.end_epoch(1, {"validation_map": None})
        self.assertIsNone(self.validation.bits)

    def test_without_images_nothing_is_measured(self):
        nothing = np.empty(0, np.int64)
        self.assertEqual(self.run_epochs(LOGITS, nothing, epochs=2), [None] * 2)
        self.assertEqual(self.selected.epochs, [])


if __name__ == "__main__":
    unittest.main()
