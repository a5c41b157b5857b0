"""Tests that run folders are read as written and that faults are named."""

import pathlib
import tempfile
import unittest

import numpy as np

from tf_dnnh.models import build_hashing_model
from tf_dnnh.runs.run_error import RunError
from tf_dnnh.runs.run_folder import (
    RunFolder,
    read_curves,
    read_json,
    write_curves,
)

RESULT = {
    "dataset": "digits",
    "protocol": "lai2015",
    "bits": 12,
    "metrics": {"map": 0.5},
    "conventions": {},
}
CODES = {
    "query_codes": np.zeros([2, 1], np.uint8),
    "database_codes": np.ones([3, 1], np.uint8),
    "query_labels": np.arange(2),
    "database_labels": np.arange(3),
}
READERS = {
    "config.json": RunFolder.read_config,
    "result.json": RunFolder.read_result,
    "split.json": RunFolder.read_split,
    "history.csv": RunFolder.read_history,
    "curves.csv": RunFolder.read_curves,
    "codes.npz": RunFolder.read_codes,
    "neighbours.npz": RunFolder.read_neighbours,
    "model.keras": RunFolder.load_model,
}


class RunFolderTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.run = RunFolder(pathlib.Path(folder.name))

    def test_json_round_trips(self):
        self.run.write_config({"dataset": "digits", "data_dir": "Ü"})
        self.assertEqual(
            self.run.read_config(), {"dataset": "digits", "data_dir": "Ü"}
        )
        self.run.write_result(RESULT)
        self.assertEqual(self.run.read_result(), RESULT)

    def test_history_round_trip(self):
        records = [
            {"epoch": 1.0, "loss": 0.5, "validation_map": None},
            {"epoch": 2.0, "loss": 1e-12, "validation_map": 0.75},
        ]
        self.run.write_history(records)
        self.assertEqual(self.run.read_history(), records)

    def test_curves_round_trip_by_name(self):
        self.run.write_curves([("a", 0, 1 / 3), ("b", 5, 1), ("a", 1, 0.25)])
        curves = self.run.read_curves()
        self.assertEqual(list(curves), ["a", "b"])
        # Six digits are kept.
        self.assertEqual(curves["a"].tolist(), [[0, 0.333333], [1, 0.25]])
        self.assertEqual(curves["b"].tolist(), [[5, 1]])

    def test_arrays_round_trip(self):
        self.run.write_codes(**CODES)
        for name, values in self.run.read_codes().items():
            np.testing.assert_array_equal(values, CODES[name])
        images = {
            "query_images": np.zeros([1, 2, 2, 3], np.uint8),
            "neighbour_images": np.ones([1, 1, 2, 2, 3], np.uint8),
        }
        self.run.write_neighbours(**images)
        read = self.run.read_neighbours()
        self.assertEqual(read.keys(), images.keys())
        np.testing.assert_array_equal(
            read["neighbour_images"], images["neighbour_images"]
        )

    def test_model_round_trip(self):
        model = build_hashing_model("plain_cnn", 8, (16, 16, 3))
        self.run.save_model(model)
        images = np.full([2, 16, 16, 3], 100, np.float32)
        np.testing.assert_array_equal(
            self.run.load_model()(images), model(images)
        )

    def test_writers_leave_nothing_else_behind(self):
        self.run.write_result(RESULT)
        self.run.write_codes(**CODES)
        names = sorted(path.name for path in self.run.path.iterdir())
        self.assertEqual(names, ["codes.npz", "result.json"])
        self.assertTrue(self.run.has("codes.npz"))
        self.assertFalse(self.run.has("curves.csv"))

    def test_names_a_missing_file(self):
        for name, read in READERS.items():
            with (
                self.subTest(name),
                self.assertRaisesRegex(RunError, f"lacks {name}: give"),
            ):
                read(self.run)

    def test_names_a_damaged_file(self):
        for name, read in READERS.items():
            for content in (b"", b"{]\x00half", b"PK\x03\x04", b"a,b\n1,x\n"):
                (self.run.path / name).write_bytes(content)
                with (
                    self.subTest(name, content=content),
                    self.assertRaisesRegex(RunError, f"{name} cannot be read"),
                ):
                    read(self.run)

    def test_json_must_be_an_object(self):
        (self.run.path / "config.json").write_text("[1]")
        with self.assertRaisesRegex(RunError, "holds no JSON object"):
            self.run.read_config()

    def test_names_what_is_incomplete(self):
        self.run.write_result({"dataset": "digits", "protocol": "lai2015"})
        with self.assertRaisesRegex(
            RunError, "result.json lacks bits, metrics, conventions: restore"
        ):
            self.run.read_result()
        self.run.write_codes(query_codes=CODES["query_codes"])
        with self.assertRaisesRegex(RunError, "npz lacks database_codes, "):
            self.run.read_codes()

    def test_other_files_of_the_same_kinds(self):
        path = self.run.path / "lsh-12.csv"
        write_curves(path, [("a", 1.0, 0.5)])
        self.assertEqual(read_curves(path)["a"].tolist(), [[1, 0.5]])
        for read in (read_curves, read_json):
            with self.assertRaisesRegex(RunError, "lacks lsh-12.x"):
                read(path.with_suffix(".x"))


if __name__ == "__main__":
    unittest.main()
