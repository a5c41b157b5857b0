import json
import pathlib
import tempfile
import unittest

from tests import result_folders
from tests.trainers.run_folder import make_run_folder
from tf_dnnh.runs.run_error import RunError
from tools.keep_results import LOG_LINES, keep, log_end, without_paths


class KeepResultsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.kept = self.root / "kept" / "name"

    def read(self, name: str) -> dict:
        return json.loads((self.kept / name).read_text(encoding="utf-8"))

    def test_keeps_the_small_files_of_a_run(self):
        run = make_run_folder(self.root / "run")
        keep(run, self.kept, where="a machine")
        self.assertEqual(
            sorted(path.name for path in self.kept.iterdir()),
            ["config.json", "curves.csv", "history.csv", "result.json"],
        )
        result = json.loads((run / "result.json").read_text())
        self.assertEqual(
            self.read("result.json"), result | {"machine": "a machine"}
        )
        for name in ("history.csv", "curves.csv"):
            kept, own = (p / name for p in (self.kept, run))
            self.assertEqual(kept.read_bytes(), own.read_bytes())

    def test_no_folder_of_this_machine_is_kept(self):
        run = make_run_folder(self.root / "run")
        config = {
            "dataset": "image_folder",
            "data_dir": str(self.root / "photos"),
            "workdir": str(run),
            "cache_dir": "/tmp/cache",
            "weights": "/home/me/runs/a/model.keras",
        }
        (run / "config.json").write_text(json.dumps(config))
        log = self.root / "log"
        log.write_text(f"a note\nReport: {run}/report.html\n")
        keep(run, self.kept, log)
        self.assertEqual(
            self.read("config.json"),
            {
                "dataset": "image_folder",
                "data_dir": "photos",
                "workdir": None,
                "cache_dir": None,
                "weights": "model.keras",
            },
        )
        for path in self.kept.iterdir():
            with self.subTest(file=path.name):
                self.assertNotIn(str(self.root), path.read_text())
        self.assertEqual(
            (self.kept / "log.txt").read_text(), "a note\nReport: report.html\n"
        )

    def test_relative_folders_and_names_stay(self):
        for config in (
            {"dataset": "nuswide", "data_dir": "mini", "workdir": "runs/x"},
            {"dataset": "cifar10", "data_dir": None, "weights": "imagenet"},
        ):
            with self.subTest(config=config):
                self.assertEqual(without_paths(config), config)

    def test_the_end_of_a_log(self):
        text = "\n".join(map(str, range(1000))) + "\n\r10%\r100%\r\n"
        lines = log_end(text).splitlines()
        self.assertEqual(len(lines), LOG_LINES)
        self.assertEqual(lines[-2:], ["999", "100%"])
        for text in ("see https://a.b/c/d.html", "1/2 of runs/x", "a /b c"):
            self.assertEqual(log_end(text), text + "\n")

    def test_keeps_a_comparison_with_the_curves_of_its_longest_codes(self):
        result_folders.comparison_folder(self.root / "run", (12, 48))
        keep(self.root / "run", self.kept)
        self.assertEqual(
            sorted(path.name for path in (self.kept / "cells").iterdir()),
            ["itq-48.csv", "ksh-48.csv", "lsh-48.csv"],
        )
        self.assertEqual(self.read("config.json")["features"], "gist")
        self.assertRegex(self.read("result.json")["machine"], r"\d+ cores of")

    def test_an_unfinished_run_is_refused(self):
        self.assertRaisesRegex(RunError, "finished", keep, self.root, self.kept)
        self.assertFalse(self.kept.exists())


if __name__ == "__main__":
    unittest.main()
