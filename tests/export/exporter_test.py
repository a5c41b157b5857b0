"""Tests of exports from a run folder to a checked export folder."""

import json
import pathlib
import shutil
import tempfile
import unittest
from unittest import mock

import keras
import numpy as np

from export import tflite_file
from export.export_error import ExportError
from export.exporter import export_run
from export.formats import FORMATS
from export.serving import warmup
from export.tflite import VARIANTS, read_metadata
from tests.export.tiny_run import make_tiny_run, shared_tiny_run, tiny_model
from tf_dnnh.runs.run_error import RunError

AGREEMENT = {"float16": 0.99, "dynamic_range": 0.98, "int8": 0.95}


def files_in(folder: pathlib.Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file()
    )


class ExportRunTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.output = pathlib.Path(scratch.name) / "export"
        cls.summary = export_run(
            shared_tiny_run(),
            cls.output,
            agreement=AGREEMENT,
            checked_images=100,
        )

    def test_every_file_of_the_contract(self) -> None:
        files = files_in(self.output)
        for name in (
            "export.json",
            "saved_model/1/saved_model.pb",
            "saved_model/1/assets.extra/tf_dnnh.json",
            "saved_model/1/assets.extra/tf_serving_warmup_requests",
            "serving/models.config",
            *(f"tflite/{variant}.tflite" for variant in VARIANTS),
        ):
            self.assertIn(name, files)
        self.assertFalse([name for name in files if name.startswith(".")])

    def test_export_json(self) -> None:
        written = json.loads((self.output / "export.json").read_text())
        self.assertEqual(written, json.loads(json.dumps(self.summary)))
        self.assertEqual(list(written["artifacts"]), ["saved_model", *VARIANTS])
        for name, report in written["artifacts"].items():
            with self.subTest(name):
                path = self.output / report["path"]
                self.assertTrue(path.exists())
                self.assertEqual(report["images"], 100)
                self.assertGreaterEqual(report["equal_bits"], 0.95)
                self.assertLess(abs(report["map_difference"]), 0.01)
                self.assertGreater(report["latency_ms"], 0)
                self.assertRegex(report["sha256"], "^[0-9a-f]{64}$")
                self.assertTrue(report["operators"])
                if path.is_file():
                    self.assertEqual(report["bytes"], path.stat().st_size)
        signatures = written["artifacts"]["saved_model"]["signatures"]
        for name in ("serving_uint8", "serving_bytes"):
            self.assertEqual(signatures[name]["equal_bits"], 1.0)

    def test_one_fingerprint_everywhere(self) -> None:
        extra = self.output / "saved_model/1/assets.extra/tf_dnnh.json"
        found = {
            self.summary["model_fingerprint"],
            json.loads(extra.read_text())["model_fingerprint"],
        }
        for variant in VARIANTS:
            path = self.output / f"tflite/{variant}.tflite"
            found.add(read_metadata(path)["model_fingerprint"])
        self.assertEqual(len(found), 1)

    def test_metadata_names_data_and_split(self) -> None:
        self.assertEqual(self.summary["dataset"], "digits")
        self.assertEqual(self.summary["protocol"], "lai2015")
        split = json.loads((shared_tiny_run() / "split.json").read_text())
        self.assertEqual(self.summary["split_sha256"], split["sha256"])

    def test_a_second_export_is_the_next_version(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            output = pathlib.Path(folder) / "export"
            shutil.copytree(self.output, output)
            again = export_run(
                shared_tiny_run(),
                output,
                formats=["saved_model"],
                checked_images=20,
            )
            self.assertIn("saved_model/1/saved_model.pb", files_in(output))
            self.assertIn("saved_model/2/saved_model.pb", files_in(output))
        report = again["artifacts"]["saved_model"]
        self.assertEqual(report["path"], "saved_model/2")
        self.assertEqual(
            again["model_fingerprint"], self.summary["model_fingerprint"]
        )


class RefusalTest(unittest.TestCase):
    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.output = self.folder / "export"

    def export(self, workdir: pathlib.Path | None = None, **options) -> dict:
        return export_run(
            workdir or shared_tiny_run(),
            self.output,
            checked_images=30,
            **options,
        )

    def test_disagreement_publishes_nothing(self) -> None:
        def wrong(path):
            return lambda images: {
                "code": np.full((len(images), 2), 0xF0, np.uint8)
            }

        with (
            mock.patch.dict(FORMATS["tflite"].agreement, clear=True),
            mock.patch.dict(FORMATS["tflite"].agreement, float32=1.0),
            mock.patch.object(tflite_file, "lite_runner", wrong),
            self.assertRaisesRegex(ExportError, "float32 keeps .* less than"),
        ):
            self.export(formats=["tflite"])
        self.assertEqual(list(self.output.iterdir()), [])

    def test_outputs_that_are_not_finite(self) -> None:
        def wrong(path):
            return lambda images: {
                "code": np.zeros((len(images), 2), np.uint8),
                "logits": np.full((len(images), 12), np.nan, np.float32),
            }

        with (
            mock.patch.dict(FORMATS["tflite"].agreement, clear=True),
            mock.patch.dict(FORMATS["tflite"].agreement, float32=1.0),
            mock.patch.object(tflite_file, "lite_runner", wrong),
            self.assertRaisesRegex(ExportError, "`logits` that are not finite"),
        ):
            self.export(formats=["tflite"])
        self.assertEqual(list(self.output.iterdir()), [])

    def test_a_failure_leaves_nothing_behind(self) -> None:
        with (
            mock.patch.object(warmup, "write_requests", side_effect=OSError),
            self.assertRaises(OSError),
        ):
            self.export(formats=["saved_model"])
        self.assertEqual(list(self.output.iterdir()), [])

    def test_unknown_format(self) -> None:
        with self.assertRaisesRegex(ExportError, "Received: coreml"):
            self.export(formats=["coreml"])

    def test_unfinished_run(self) -> None:
        with self.assertRaisesRegex(RunError, "lacks model.keras"):
            self.export(self.folder)

    def test_damaged_model(self) -> None:
        run = shutil.copytree(shared_tiny_run(), self.folder / "run")
        (run / "model.keras").write_bytes(b"PK\3\4 cut off")
        with self.assertRaisesRegex(RunError, "cannot be read"):
            self.export(run)

    def test_codes_of_another_model(self) -> None:
        run = shutil.copytree(shared_tiny_run(), self.folder / "run")
        tiny_model(seed=1).save(run / "model.keras")
        with self.assertRaisesRegex(ExportError, "was not made by this model"):
            self.export(run)


class MixedPrecisionTest(unittest.TestCase):
    def test_is_exported_in_float32(self) -> None:
        policy = keras.mixed_precision.dtype_policy()
        keras.mixed_precision.set_dtype_policy("mixed_bfloat16")
        self.addCleanup(keras.mixed_precision.set_dtype_policy, policy)
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch)
            model = tiny_model()
            self.assertEqual(model.backbone.layers[1].compute_dtype, "bfloat16")
            summary = export_run(
                make_tiny_run(folder / "run", model),
                folder / "export",
                formats=["tflite"],
                agreement=AGREEMENT,
                checked_images=30,
            )
        self.assertEqual(list(summary["artifacts"]), list(VARIANTS))
        for report in summary["artifacts"].values():
            self.assertNotIn("bfloat16", str(report["operators"]).lower())


if __name__ == "__main__":
    unittest.main()
