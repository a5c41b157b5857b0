import dataclasses
import unittest

import numpy as np

from tf_dnnh import codes, metrics
from tf_dnnh.data import load_dataset, make_split
from trainers.comparison.cnnh_network import train_cnnh
from trainers.config import from_preset
from trainers.encoder import Encoder


class CNNHNetworkTest(unittest.TestCase):
    def test_learns_codes_that_find_the_class(self) -> None:
        config = dataclasses.replace(
            from_preset("digits", {}),
            bits=12,
            epochs=4,
            backbone="small_resnet",
            crop_padding=0,
        )
        dataset = load_dataset("digits")
        split = make_split(dataset, seed=0)
        model = train_cnnh(config, dataset, split, split.training[:600])
        encoder = Encoder(model, dataset)
        packed, labels = (
            [of(part) for part in (split.queries[:100], split.database[:400])]
            for of in (
                lambda rows: codes.pack(encoder.logits(rows) >= 0),
                lambda rows: dataset.labels[rows],
            )
        )
        score = metrics.mean_average_precision(*packed, *labels)
        # An order at random scores 0.1.
        self.assertGreater(score, 0.4)
        self.assertEqual(packed[0].shape, (100, 2))
        self.assertTrue(np.isfinite(encoder.logits(split.queries[:3])).all())


if __name__ == "__main__":
    unittest.main()
