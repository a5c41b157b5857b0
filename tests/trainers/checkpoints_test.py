import pathlib
import tempfile
import types
import unittest

import keras
import numpy as np
import tensorflow as tf

from trainers.checkpoints import Checkpoints


class KeepTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.model = keras.Sequential(
            [keras.Input((1,)), keras.layers.Dense(1)]
        )
        optimizer = keras.optimizers.SGD()
        optimizer.build(self.model.trainable_variables)
        self.trainer = types.SimpleNamespace(
            model=self.model,
            optimizer=optimizer,
            strategy=tf.distribute.get_strategy(),
            step=tf.Variable(0, dtype=tf.int64),
        )

    def kept_epoch(self, scores, spread: float) -> int:
        """Returns the epoch that is kept, given their MAPs on 25 images."""
        checkpoints = Checkpoints(self.folder, self.trainer)
        around = [*np.resize([-spread, spread], 24), 0.0]
        for epoch, score in enumerate(scores, start=1):
            self.model.layers[0].bias.assign([float(epoch)])
            checkpoints.keep(score + np.array(around), epoch)
        checkpoints.save()
        checkpoints.use_kept()
        epoch = Checkpoints.record(self.folder)[2]
        self.assertEqual(float(self.model.layers[0].bias[0]), epoch)
        return epoch

    def test_the_highest_where_the_images_can_tell(self):
        self.assertEqual(self.kept_epoch([0.5, 0.7, 0.6], spread=0.01), 2)

    def test_the_latest_within_one_standard_error(self):
        # The standard error is a little less than 0.5 / 5.
        self.assertEqual(self.kept_epoch([0.5, 0.69, 0.6], spread=0.5), 3)
        self.assertEqual(self.kept_epoch([0.5, 0.71, 0.6], spread=0.5), 2)

    def test_errors_do_not_add_up(self):
        falling = [0.70, 0.65, 0.61, 0.57]
        self.assertEqual(self.kept_epoch(falling, spread=0.5), 3)

    def test_nothing_validated(self):
        self.assertEqual(Checkpoints.record(self.folder), (0, 0.0, 0))


if __name__ == "__main__":
    unittest.main()
