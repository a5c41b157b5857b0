"""What a training is made of, and what does not fit together."""

import pathlib
import types
import unittest

import numpy as np
import tensorflow as tf

from tests.data import toy
from tf_dnnh.data import Split
from tf_dnnh.runs.run_folder import RunFolder
from trainers.config import Config, ConfigError
from trainers.job import make_job

INDICES = np.arange(40)
NOTHING = np.empty(0, np.int64)


def job(config: Config, strategy=None):
    dataset = toy.toy(INDICES % 4, size=8)
    split = Split("x", "y", 0, dataset.ids, NOTHING, NOTHING, INDICES, NOTHING)
    strategy = strategy or tf.distribute.OneDeviceStrategy("CPU:0")
    folder = RunFolder(pathlib.Path("run"))
    return make_job(config, folder, dataset, split, strategy)


class JobTest(unittest.TestCase):
    def test_batches_are_those_of_the_settings(self):
        made = job(Config(batch_size=8, images_per_class=4))
        self.assertEqual(made.steps_per_epoch, 5)
        labels = made.batches(3) % 4
        for batch in labels:
            self.assertEqual(np.unique(batch).size, 2)
        np.testing.assert_array_equal(made.batches(3), made.batches(3))
        self.assertFalse(np.array_equal(made.batches(3), made.batches(4)))

    def test_a_batch_that_does_not_divide_is_refused(self):
        two = types.SimpleNamespace(num_replicas_in_sync=2)
        job(Config(batch_size=16), two)
        with self.assertRaisesRegex(ConfigError, "batch_size=15, replicas=2"):
            job(Config(batch_size=15), two)

    def test_an_unknown_loss_is_refused(self):
        with self.assertRaisesRegex(ConfigError, "triplet_ranking.*: hinge"):
            job(Config(loss="hinge"))


if __name__ == "__main__":
    unittest.main()
