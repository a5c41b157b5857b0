import unittest
from unittest import mock

import keras
import numpy as np

from tf_dnnh import codes, metrics
from tf_dnnh.data import load_dataset, make_split
from trainers import job, training
from trainers.comparison.cnnh_network import train_cnnh
from trainers.config import from_preset
from trainers.encoder import Encoder


class CNNHNetworkTest(unittest.TestCase):
    def test_learns_codes_that_find_the_class(self) -> None:
        config = from_preset(
            "digits",
            {
                "bits": 12,
                "epochs": 4,
                "backbone": "small_resnet",
                "augmentation.crop_padding": 0,
            },
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
        # A random order scores 0.1.
        self.assertGreater(score, 0.4)
        self.assertEqual(packed[0].shape, (100, 2))
        self.assertTrue(np.isfinite(encoder.logits(split.queries[:3])).all())

    def test_trains_with_every_setting_of_the_preset(self) -> None:
        changes = {
            "bits": 4,
            "epochs": 1,
            "backbone": "small_resnet",
            "load_size": 20,
            "optimizer": "sgd",
            "clip_norm": 0.5,
            "precision": "mixed_bfloat16",
        }
        config = from_preset("digits", changes)
        dataset = load_dataset("digits")
        split = make_split(dataset, seed=0)
        self.addCleanup(keras.mixed_precision.set_global_policy, "float32")
        with (
            mock.patch.object(
                job, "training_batches", wraps=job.training_batches
            ) as stream,
            mock.patch.object(
                training, "make_optimizer", wraps=training.make_optimizer
            ) as optimizer,
        ):
            model = train_cnnh(config, dataset, split, split.training[:200])
        self.assertEqual(stream.call_args.kwargs["load_size"], (20, 20))
        given = optimizer.call_args.args[0]
        self.assertEqual(
            (given.optimizer, given.clip_norm, given.weight_decay),
            ("sgd", 0.5, config.weight_decay),
        )
        self.assertEqual(model.backbone.layers[1].compute_dtype, "bfloat16")


if __name__ == "__main__":
    unittest.main()
