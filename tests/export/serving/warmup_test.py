"""Tests that a bad warm-up request keeps a version from being loaded."""

import pathlib
import shutil
import tempfile
import unittest

import tensorflow as tf

from export.serving import warmup
from tests.export.serving.serving_case import EXTRA
from tests.export.tiny_export import tiny_export

try:
    from tensorflow_serving.apis import prediction_log_pb2

    from tests.export.serving.served_model import ServedModel
except ImportError as error:
    raise unittest.SkipTest(EXTRA) from error


class WarmupTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.base = pathlib.Path(folder.name)
        shutil.copytree(tiny_export().saved_model, self.base / "1")
        self.path = self.base / "1" / "assets.extra" / warmup.FILE

    def write(self, record: bytes) -> None:
        with tf.io.TFRecordWriter(str(self.path)) as writer:
            writer.write(record)

    def test_request_that_fails(self):
        log = prediction_log_pb2.PredictionLog()
        request = log.predict_log.request
        request.model_spec.name = "tf_dnnh"
        request.model_spec.signature_name = "serving_bytes"
        request.inputs["image_bytes"].CopyFrom(
            tf.make_tensor_proto([b"no image"])
        )
        self.write(log.SerializeToString())
        with self.assertRaises(tf.errors.InvalidArgumentError):
            ServedModel(self.base)

    def test_damaged_file(self):
        damaged = bytearray(self.path.read_bytes())
        damaged[20] ^= 0xFF
        self.path.write_bytes(bytes(damaged))
        with self.assertRaises(tf.errors.DataLossError):
            ServedModel(self.base)

    def test_highest_version_is_served(self):
        shutil.copytree(self.base / "1", self.base / "10")
        shutil.copytree(self.base / "1", self.base / "9")
        (self.base / ".writing-x").mkdir()
        model = ServedModel(self.base)
        self.addCleanup(model.close)
        self.assertEqual(model.version, 10)


if __name__ == "__main__":
    unittest.main()
