"""Tests of requests to stop at any point of a computation."""

import signal
import unittest

import keras

from tf_dnnh.stopping import Stopped


class Signalled(keras.layers.Layer):
    """Is interrupted by a signal."""

    def call(self, inputs):
        raise Stopped(signal.SIGTERM, "in a layer")


class StoppedTest(unittest.TestCase):
    def test_keras_passes_it_on_unchanged(self) -> None:
        with self.assertRaisesRegex(Stopped, "SIGTERM in a layer"):
            Signalled()(keras.ops.zeros((1, 2)))


if __name__ == "__main__":
    unittest.main()
