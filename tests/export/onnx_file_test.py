"""Tests of the ONNX file, run by ONNX Runtime."""

import json
import pathlib
import tempfile
import unittest
from unittest import mock

import numpy as np

from export import onnx_file
from export.export_error import ExportError
from export.exporter import export_run
from export.metadata import model_metadata
from tests.export.tiny_run import BITS, SIZE, shared_tiny_run, tiny_model
from tf_dnnh import codes

try:
    import onnx
    import onnxruntime  # noqa: F401
    import tf2onnx  # noqa: F401
except ImportError:
    onnx = None


class MissingExtraTest(unittest.TestCase):
    def test_says_what_to_install(self) -> None:
        with (
            mock.patch.dict("sys.modules", {"tf2onnx": None}),
            self.assertRaisesRegex(ExportError, r"tf_dnnh\[onnx\]"),
        ):
            onnx_file.write_onnx(tiny_model(), pathlib.Path("x"), {})


@unittest.skipIf(onnx is None, "needs the extra: pip install .[onnx]")
class OnnxTest(unittest.TestCase):
    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)

    def test_file(self) -> None:
        for head in ("divide_and_encode", "fully_connected"):
            with self.subTest(head):
                model = tiny_model(head=head)
                path = self.folder / f"{head}.onnx"
                metadata = model_metadata(model)
                onnx_file.write_onnx(model, path, metadata)
                self.check_graph(onnx.load(path), metadata)
                self.check_codes(onnx_file.onnx_runner(path), model)

    def check_graph(self, program, metadata: dict) -> None:
        self.assertEqual([v.name for v in program.graph.input], ["image"])
        self.assertEqual(
            [v.name for v in program.graph.output], ["code", "logits"]
        )
        (entry,) = program.metadata_props
        self.assertEqual(entry.key, "tf_dnnh")
        self.assertEqual(json.loads(entry.value), metadata)

    def check_codes(self, encode, model) -> None:
        random = np.random.default_rng(0)
        images = random.uniform(0, 255, (9, SIZE, SIZE, 3))
        images = images.astype(np.float32)
        for batch in (1, 9):
            outputs = encode(images[:batch])
            expected = model.logits(images[:batch]).numpy()
            np.testing.assert_allclose(outputs["logits"], expected, atol=1e-3)
            np.testing.assert_array_equal(
                codes.unpack(outputs["code"], BITS),
                codes.bits_from_logits(expected),
            )

    def test_export_run(self) -> None:
        summary = export_run(
            shared_tiny_run(),
            self.folder / "export",
            formats=["onnx"],
            checked_images=50,
        )
        report = summary["artifacts"]["onnx"]
        self.assertEqual(report["equal_bits"], 1.0)
        self.assertEqual(report["path"], "onnx/model.onnx")
        self.assertTrue((self.folder / "export/onnx/model.onnx").exists())


if __name__ == "__main__":
    unittest.main()
