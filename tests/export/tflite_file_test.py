"""Tests that files that would fail on a device are refused."""

import pathlib
import tempfile
import unittest

import tensorflow as tf

from export import saved_model
from export.export_error import ExportError
from export.tflite_file import check_file, operators
from tests.export.tiny_run import tiny_model


class CheckFileTest(unittest.TestCase):
    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)

    def convert(self, module: tf.Module, *, variables: bool = False):
        """Converts `module.run` as a careless exporter would."""
        program = str(self.folder / "program")
        tf.saved_model.save(module, program, signatures=module.run)
        converter = tf.lite.TFLiteConverter.from_saved_model(program)
        converter.target_spec.supported_ops = [
            tf.lite.OpsSet.TFLITE_BUILTINS,
            tf.lite.OpsSet.SELECT_TF_OPS,
        ]
        converter.experimental_enable_resource_variables = variables
        path = self.folder / "careless.tflite"
        path.write_bytes(converter.convert())
        return path

    def test_refuses_flex_operators(self) -> None:
        class Module(tf.Module):
            @tf.function(input_signature=[tf.TensorSpec([4], tf.int32)])
            def run(self, x):
                return tf.bitwise.left_shift(x, 1)

        path = self.convert(Module())
        self.assertEqual(operators(path), ["FlexLeftShift"])
        with self.assertRaisesRegex(ExportError, "FlexLeftShift"):
            check_file(path)

    def test_refuses_variables(self) -> None:
        class Module(tf.Module):
            def __init__(self):
                self.total = tf.Variable([1.0])

            @tf.function(input_signature=[tf.TensorSpec([1], tf.float32)])
            def run(self, x):
                return self.total.assign_add(x) + 0.0

        path = self.convert(Module(), variables=True)
        with self.assertRaisesRegex(ExportError, "VAR_HANDLE"):
            check_file(path)

    def test_refuses_weights_that_are_not_finite(self) -> None:
        class Module(tf.Module):
            def __init__(self):
                self.weight = tf.Variable([1.0, float("nan")])

            @tf.function(input_signature=[tf.TensorSpec([2], tf.float32)])
            def run(self, x):
                return self.weight * x

        with self.assertRaisesRegex(ExportError, "not finite"):
            check_file(self.convert(Module()))

    def test_names_the_operators_of_a_saved_model(self) -> None:
        version = self.folder / "1"
        saved_model.write_saved_model(tiny_model(), version, {})
        used = saved_model.operators(version)
        self.assertIn("DecodeImage", used)
        self.assertIn("Conv2D", used)
        self.assertFalse([name for name in used if name.startswith("__")])


if __name__ == "__main__":
    unittest.main()
