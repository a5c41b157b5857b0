"""Tests of the choice of a precision."""

import pathlib
import tempfile
import unittest
from unittest import mock

import keras

from tf_dnnh.runs.run_folder import RunFolder
from trainers import precision
from trainers.config import Config


class ChoosePrecisionTest(unittest.TestCase):
    def setUp(self):
        parent = tempfile.TemporaryDirectory()
        self.addCleanup(parent.cleanup)
        self.folder = RunFolder(pathlib.Path(parent.name))

    def choose(self, bfloat16: bool, **fields) -> str:
        with mock.patch.object(
            precision, "has_bfloat16", return_value=bfloat16
        ):
            config = precision.choose_precision(Config(**fields), self.folder)
        return config.precision

    def test_follows_the_processor(self):
        self.assertEqual(self.choose(True), "mixed_bfloat16")
        self.assertEqual(self.choose(False), "float32")

    def test_deterministic_runs_use_float32(self):
        self.assertEqual(self.choose(True, deterministic=True), "float32")

    def test_a_given_precision_stays(self):
        for given in ("float32", "mixed_float16"):
            self.assertEqual(self.choose(True, precision=given), given)

    def test_a_run_resumes_in_its_own_precision(self):
        config = Config(precision="mixed_bfloat16")
        self.folder.write_config(config.to_json())
        self.assertEqual(self.choose(False), "mixed_bfloat16")


class PolicyScopeTest(unittest.TestCase):
    def test_ends_with_the_scope(self):
        before = keras.mixed_precision.dtype_policy().name
        with precision.policy_scope(Config(precision="mixed_bfloat16")):
            self.assertEqual(keras.layers.Dense(1).compute_dtype, "bfloat16")
        self.assertEqual(keras.mixed_precision.dtype_policy().name, before)


class ProcessorTest(unittest.TestCase):
    def test_reads_the_flags(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "cpuinfo")
            self.assertFalse(precision.has_bfloat16(file))
            for flags, expected in {
                "fpu avx2": False,
                "fpu avx512_bf16 clzero": True,
                "amx_bf16": True,
            }.items():
                file.write_text(f"processor : 0\nflags\t\t: {flags}\n")
                self.assertEqual(precision.has_bfloat16(file), expected)


if __name__ == "__main__":
    unittest.main()
