"""Tests of the command: help, mistakes, exit status, results."""

import contextlib
import csv
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

import numpy as np
from PIL import Image

from trainers import config
from trainers.main import define_flags, main

ROOT = pathlib.Path(__file__).parents[2]
QUICK = ("--dataset=digits", "--epochs=1", "--bits=12")


def write_picture(path: pathlib.Path) -> None:
    Image.new("RGB", (8, 8), (200, 30, 30)).save(path)


def call(*arguments: str) -> tuple[int, str, str]:
    """Returns exit status, standard output and standard error."""
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        status = main(["trainers.main", *arguments])
    return status, output.getvalue(), errors.getvalue()


class HelpTest(unittest.TestCase):
    def test_help_fits_a_screen_and_names_every_flag(self):
        status, output, _ = call("--help")
        lines = output.splitlines()
        self.assertEqual(status, 0)
        self.assertLess(len(lines), 50)
        self.assertLess(max(map(len, lines)), 110)
        for name in define_flags():
            self.assertIn(f"--{name} ", output)

    def test_help_states_defaults(self):
        _, output, _ = call("--help")
        text = " ".join(output.split())
        self.assertIn("code length (default: 48)", text)
        self.assertRegex(text, r"\(default: 40 to \d+, by data set\)")

    def test_full_help_describes_every_field(self):
        status, output, _ = call("--helpfull")
        self.assertEqual(status, 0)
        text = " ".join(output.split())
        for name, field in config.fields().items():
            self.assertRegex(output, rf"\n  (--)?{name} ")
            self.assertIn(field.description.rstrip(".")[:30], text)

    def test_flags_are_fields_of_the_config(self):
        others = {"mode", "override", "debug"}
        self.assertLessEqual(set(define_flags()) - others, set(config.fields()))


class MistakeTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.workdir = f"--workdir={self.folder / 'run'}"

    def check(self, arguments: tuple[str, ...], words: str, status: int = 2):
        found, output, errors = call(*arguments)
        self.assertEqual((found, output), (status, ""), errors)
        # Warnings may come first; the error is one line, the last.
        self.assertRegex(errors.splitlines()[-1], f"^error: .*{words}")
        self.assertNotIn("Traceback", errors)
        self.assertFalse((self.folder / "run" / "config.json").exists())

    def test_wrong_words(self):
        for arguments, words in {
            (): "`--dataset` must be one of .*Received: none",
            ("--dataset=mnist",): "Received: mnist",
            ("--data=digits",): "Unknown command line flag",
            ("digits",): "flags only.*Received: digits",
            (*QUICK, "--bits=0"): "`bits` must be at least 1",
            (*QUICK, "--bits=x"): "--bits=x",
            (*QUICK, "--learning_rate=-1"): "`learning_rate` must be greater",
            (*QUICK, "--mining=all"): "random or batch_all",
            (*QUICK, "--override=bit=1"): "did you mean bits",
            (*QUICK, "--override=flp=on"): "did you mean augmentation.flip",
            ("--dataset=digit",): "did you mean digits",
            (*QUICK, "--epoch=3"): "Did you mean: epochs",
            (*QUICK, "--batch_size=2160"): "twice .* 1080. Received: 2160",
            (*QUICK, "--backbone=nin", "--override=image_size=8"): (
                "8 x 8 pixels are too small for --backbone=nin"
            ),
            (*QUICK, "--override=cutout=-3"): "`cutout` must be at least 0",
            (*QUICK, "--backbone=vgg"): "one of nin32, nin",
            (*QUICK, "--weights=imagenet"): "plain_cnn has none",
            (*QUICK, "--weights=/no/file.keras"): "could not be loaded",
            (*QUICK, "--protocol=full"): "choose one of lai2015",
            (*QUICK, "--batch_size=3"): "batch_size=3",
            (*QUICK, "--mode=eval"): "lacks config.json",
            (*QUICK, "--strategy=multi_worker"): "TF_CONFIG",
        }.items():
            with self.subTest(arguments):
                self.check((*arguments, self.workdir), words)

    def test_another_backend_of_keras(self):
        with mock.patch.dict(os.environ, {"KERAS_BACKEND": "jax"}):
            self.check((*QUICK, self.workdir), "TensorFlow only.*=jax")

    def test_workdir_that_cannot_be_written(self):
        (self.folder / "file").write_text("")
        workdir = f"--workdir={self.folder / 'file' / 'run'}"
        self.check((*QUICK, workdir), "cannot be written to.*choose another")

    def test_data_that_cannot_be_used(self):
        for name in ("empty", "one/a", "few/a", "few/b"):
            (self.folder / name).mkdir(parents=True)
        for index in range(4):
            write_picture(self.folder / "one" / "a" / f"{index}.png")
        write_picture(self.folder / "few" / "a" / "1.png")
        write_picture(self.folder / "few" / "b" / "1.png")
        for name, words in {
            "missing": "missing",
            "empty": "no images",
            "one": "1 class",
            "few": "no class with two images",
        }.items():
            with self.subTest(name):
                data = f"--data_dir={self.folder / name}"
                self.check(
                    ("--dataset=image_folder", data, self.workdir), words
                )

    def test_cifar10_without_data_or_network(self):
        data = f"--data_dir={self.folder}"
        self.check(
            ("--dataset=cifar10", data, self.workdir),
            "cifar10 is not prepared",
        )


class RunTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls._folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls._folder.cleanup)
        cls.workdir = pathlib.Path(cls._folder.name) / "run"
        cls.command = (*QUICK, "--bits=13", f"--workdir={cls.workdir}")
        cls.finished = subprocess.run(
            [sys.executable, "-m", "trainers.main", *cls.command],
            cwd=ROOT,
            env={**os.environ, "CUDA_VISIBLE_DEVICES": "-1"},
            capture_output=True,
            text=True,
            check=False,
        )

    def result(self) -> dict:
        return json.loads((self.workdir / "result.json").read_text())

    def test_ends_quietly_and_names_the_report(self):
        self.assertEqual(self.finished.returncode, 0, self.finished.stderr)
        self.assertEqual(self.finished.stderr, "")
        opening, epoch, first, second = self.finished.stdout.splitlines()
        self.assertIn("1,080 training", opening)
        self.assertRegex(opening, "CPU in (float32|mixed_bfloat16);")
        self.assertRegex(epoch, r"^epoch 1/1: loss .* images/s$")
        self.assertRegex(first, r"digits, 13 bits: MAP 0\.\d+, 0\.\d+ over")
        self.assertEqual(second, f"Report: {self.workdir / 'report.html'}")

    def test_run_folder_is_complete(self):
        for name in (
            "config.json",
            "split.json",
            "checkpoints",
            "model.keras",
            "codes.npz",
            "result.json",
            "curves.csv",
            "report.html",
            "logs",
        ):
            self.assertTrue((self.workdir / name).exists(), name)
        hidden = [path.name for path in self.workdir.glob(".*")]
        self.assertEqual(hidden, [])

    def test_result_has_the_promised_keys(self):
        result = self.result()
        self.assertEqual(result["bits"], 13)
        split = json.loads((self.workdir / "split.json").read_text())
        self.assertEqual(result["split_sha256"], split["sha256"])
        self.assertLessEqual(
            {
                "map",
                "map_best_ties",
                "map_worst_ties",
                "map_at_1000",
                "map_at_5000",
                "precision_at_100",
                "precision_at_1000",
                "precision_radius_2",
                "recall_radius_2",
                "empty_radius_2",
            },
            set(result["metrics"]),
        )
        self.assertLessEqual(
            {
                "balance",
                "mean_entropy",
                "max_abs_correlation",
                "in_band",
                "distinct_codes",
                "collapsed",
            },
            set(result["bit_health"]),
        )
        self.assertLessEqual(
            {"train_seconds", "images_per_second", "evaluate_seconds"},
            set(result["time"]),
        )
        self.assertIn("tensorflow", result["versions"])

    def test_codes_belong_to_the_split(self):
        split = json.loads((self.workdir / "split.json").read_text())
        with np.load(self.workdir / "codes.npz") as codes:
            self.assertEqual(codes["query_codes"].shape, (300, 2))
            self.assertEqual(codes["query_codes"].dtype, np.uint8)
            self.assertEqual(int(codes["bits"]), 13)
            self.assertEqual(len(str(codes["model_fingerprint"])), 64)
            self.assertEqual(codes["query_ids"].tolist(), split["queries"])
            self.assertEqual(codes["database_ids"].tolist(), split["database"])
            # Three bits of padding are zero.
            self.assertEqual(int(codes["database_codes"][:, 1].max() & 7), 0)

    def test_curves_have_names_and_numbers(self):
        with (self.workdir / "curves.csv").open() as lines:
            rows = list(csv.DictReader(lines))
        self.assertEqual(
            {row["curve"] for row in rows},
            {
                "precision_recall",
                "precision_at_n",
                "recall_at_n",
                "precision_at_radius",
            },
        )
        self.assertTrue(all(0 <= float(row["y"]) <= 1 for row in rows))

    def test_second_evaluation_gives_the_same_metrics(self):
        before = self.result()["metrics"]
        status, _, errors = call(*self.command, "--mode=eval")
        self.assertEqual(status, 0, errors)
        self.assertEqual(self.result()["metrics"], before)

    def test_evaluation_needs_nothing_but_the_run_folder(self):
        before = self.result()["metrics"]
        status, _, errors = call("--mode=eval", f"--workdir={self.workdir}")
        self.assertEqual(status, 0, errors)
        self.assertEqual(self.result()["metrics"], before)

    def test_evaluation_refuses_flags_that_contradict_the_run(self):
        status, _, errors = call(
            "--mode=eval", f"--workdir={self.workdir}", "--bits=24"
        )
        self.assertEqual(status, 2)
        self.assertIn("bits: 24, not 13", errors)

    def test_another_configuration_is_refused_by_its_fields(self):
        status, _, errors = call(*self.command, "--margin=3")
        self.assertEqual(status, 2)
        self.assertIn("margin: 3.0, not 2.0", errors)


if __name__ == "__main__":
    unittest.main()
