"""Tests of the command `python -m trainers.baselines`."""

import contextlib
import csv
import io
import json
import pathlib
import tempfile
import unittest
import unittest.mock
import xml.etree.ElementTree

import numpy as np

from tests.data.toy import toy
from tf_dnnh import metrics
from tf_dnnh.baselines import ITQCCA
from tf_dnnh.data import load_dataset, make_split
from trainers import baselines
from trainers.comparison import experiment
from trainers.comparison.cell import training_images
from trainers.comparison.experiment import usable_methods

FIGURES = ("map", "precision_radius_2", "precision_recall", "precision_at_n")


def call(*arguments: str) -> tuple[int, str, str]:
    """Returns status, standard output and standard error of a command."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = baselines.main(["trainers.baselines", *arguments])
    return status, out.getvalue(), err.getvalue()


class WrongCommandTest(unittest.TestCase):
    def assert_wrong(self, words: str, *arguments: str) -> None:
        status, out, err = call(*arguments)
        self.assertEqual((status, out), (2, ""))
        self.assertEqual(len(err.splitlines()), 1, err)
        self.assertIn(words, err)

    def test_help_fits_a_screen(self) -> None:
        status, out, err = call("--help")
        self.assertEqual((status, err), (0, ""))
        self.assertLessEqual(len(out.splitlines()), 24)
        self.assertLessEqual(max(map(len, out.splitlines())), 80)

    def test_what_is_wrong_is_named(self) -> None:
        digits = "--dataset=digits"
        self.assert_wrong("`--dataset` must be one of")
        self.assert_wrong("`--dataset` must be one of", "--dataset=x")
        self.assert_wrong("Received: 12,x", digits, "--bits=12,x")
        self.assert_wrong("between 1 and 4096", digits, "--bits=0")
        self.assert_wrong("Received: dsh", digits, "--methods=lsh,dsh")
        self.assert_wrong("`--methods` must be", digits, "--methods=")
        self.assert_wrong("Received: sift", digits, "--features=sift")
        self.assert_wrong("no result.json", digits, "--runs=nowhere")


class RunTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name) / "comparison"
        cls.features = pathlib.Path(folder.name) / "features.npy"
        dataset = load_dataset("digits")
        cls.pixels = dataset.source.images[..., 0].reshape(1797, 64)
        np.save(cls.features, cls.pixels.astype(np.float32))
        cls.arguments = (
            "--dataset=digits",
            "--bits=16,8",
            "--methods=lsh,itq,itq_cca",
            f"--features={cls.features}",
            f"--workdir={cls.folder}",
        )
        cls.status, cls.out, cls.err = call(*cls.arguments, "--debug")
        cls.table = (cls.folder / "table.md").read_text("utf-8")

    def result(self) -> dict:
        return json.loads((self.folder / "result.json").read_text("utf-8"))

    def test_is_done_and_prints_the_table(self) -> None:
        self.assertEqual(self.status, 0, self.err)
        self.assertEqual(self.err, "")
        self.assertIn(self.table, self.out)
        for words in ("| LSH | features |", "| ITQ-CCA | labels |"):
            self.assertIn(words, self.table)
        # The best method comes first.
        best, worst = map(self.table.index, ("| ITQ-CCA |", "| LSH |"))
        self.assertLess(best, worst)

    def test_every_cell_has_its_files(self) -> None:
        cells = self.result()["cells"]
        self.assertEqual(len(cells), 6)
        for cell in cells:
            self.assertGreater(cell["metrics"]["map"], 0.1)
            self.assertEqual(cell["conventions"]["ties"], "expected")
            name = f"{cell['method']}-{cell['bits']}"
            alone = json.loads(
                (self.folder / f"cells/{name}.json").read_text("utf-8")
            )
            self.assertEqual(alone, cell)
            with (self.folder / f"cells/{name}.csv").open() as lines:
                curves = {row["curve"] for row in csv.DictReader(lines)}
            self.assertIn("precision_recall", curves)

    def test_the_split_is_that_of_the_networks(self) -> None:
        result = self.result()
        self.assertEqual(result["training"], 1200)
        self.assertEqual(result["queries"], 300)
        self.assertEqual(result["database"], 1497)

    def test_plots_are_svg_that_name_every_method(self) -> None:
        for figure in FIGURES:
            with self.subTest(figure):
                path = self.folder / f"{figure}.svg"
                words = xml.etree.ElementTree.parse(path).getroot().itertext()
                text = " ".join(words)
                for title in ("LSH", "ITQ", "ITQ-CCA"):
                    self.assertRegex(text, rf"\b{title}\b")

    def test_goes_on_where_it_was_stopped(self) -> None:
        before = self.result()["cells"]
        gone = self.folder / "cells/itq-16.json"
        kept = self.folder / "cells/lsh-16.json"
        gone.unlink()
        time = kept.stat().st_mtime_ns
        status, _, err = call(*self.arguments)
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(kept.stat().st_mtime_ns, time)
        after = self.result()["cells"]
        for old, new in zip(before, after, strict=True):
            self.assertEqual(old["metrics"], new["metrics"])

    def test_another_comparison_does_not_mix_in(self) -> None:
        status, _, err = call(*self.arguments, "--seed=1")
        self.assertEqual(status, 2)
        self.assertIn("holds another comparison (seed: 1, not 0)", err)

    def test_a_cell_is_what_the_method_gives(self) -> None:
        dataset = load_dataset("digits")
        split = make_split(dataset, seed=0)
        x, labels = self.pixels.astype(np.float32), dataset.labels
        method = ITQCCA(16).fit(x[split.training], labels[split.training])
        score = metrics.mean_average_precision(
            method.encode(x[split.queries]),
            method.encode(x[split.database]),
            labels[split.queries],
            labels[split.database],
        )
        path = self.folder / "cells/itq_cca-16.json"
        cell = json.loads(path.read_text("utf-8"))
        self.assertAlmostEqual(cell["metrics"]["map"], score, delta=1e-3)

    def test_validation_images_are_learnt_from_too(self) -> None:
        dataset = load_dataset("digits")
        whole = make_split(dataset, seed=0)
        carved = make_split(dataset, seed=0, validation=0.1)
        np.testing.assert_array_equal(
            training_images(carved), np.sort(whole.training)
        )

    def test_a_method_that_cannot_is_named(self) -> None:
        status, _, err = call(
            "--dataset=digits",
            "--bits=100",
            "--methods=itq",
            f"--features={self.features}",
            f"--workdir={self.folder.parent / 'other'}",
        )
        self.assertEqual(status, 2)
        self.assertIn("itq at 100 bits: `bits` must not exceed", err)

    def test_features_must_fit_the_data_set(self) -> None:
        wrong = self.features.with_name("wrong.npy")
        np.save(wrong, self.pixels[:10])
        status, _, err = call(
            "--dataset=digits",
            "--methods=lsh",
            f"--features={wrong}",
            f"--workdir={self.folder.parent / 'wrong'}",
        )
        self.assertEqual(status, 2)
        self.assertIn("one row for each of the 1797 images", err)

    def test_a_run_of_another_split_is_refused(self) -> None:
        run = self.folder.parent / "run"
        run.mkdir()
        result = {
            "split_sha256": "0",
            "dataset": "digits",
            "protocol": "lai2015",
            "bits": 16,
            "seed": 5,
            "metrics": {},
            "conventions": {},
        }
        (run / "result.json").write_text(json.dumps(result), "utf-8")
        status, _, err = call(*self.arguments, f"--runs={run}")
        self.assertEqual(status, 2)
        self.assertIn("trained on another split (digits, lai2015", err)


class SeveralClassesTest(unittest.TestCase):
    def test_methods_for_one_class_are_left_out_and_named(self) -> None:
        err = io.StringIO()
        with contextlib.redirect_stderr(err):
            several = toy([[1, 1], [0, 1], [1, 0]])
            self.assertEqual(
                usable_methods(["ksh", "predicted_class"], several), ["ksh"]
            )
        self.assertIn("predicted_class is left out", err.getvalue())
        self.assertEqual(
            usable_methods(["ksh", "predicted_class"], toy([0, 1])),
            ["ksh", "predicted_class"],
        )

    def test_nothing_to_compare_is_one_sentence(self) -> None:
        several = toy([[1, 1], [0, 1], [1, 0]])
        with (
            tempfile.TemporaryDirectory() as folder,
            unittest.mock.patch.object(
                experiment, "load_run_data", return_value=(several, None)
            ),
        ):
            status, out, err = call(
                "--dataset=digits",
                "--methods=predicted_class",
                f"--workdir={folder}",
            )
            self.assertEqual(list(pathlib.Path(folder).iterdir()), [])
        self.assertEqual((status, out), (2, ""))
        self.assertIn("error: `--methods`: predicted_class cannot be", err)


class FeaturesTest(unittest.TestCase):
    def test_own_features_are_computed_once_and_kept(self) -> None:
        for name, dimensions in (
            ("gist", 512),
            ("pixels", 16 * 16 * 3),
            ("untrained", 500),
        ):
            with (
                self.subTest(name),
                tempfile.TemporaryDirectory() as folder,
            ):
                arguments = (
                    "--dataset=digits",
                    "--methods=lsh",
                    f"--features={name}",
                    f"--workdir={folder}",
                )
                self.assertEqual(call(*arguments, "--bits=8")[0], 0)
                kept = pathlib.Path(folder) / "features.npy"
                features = np.load(kept)
                self.assertEqual(features.shape, (1797, dimensions))
                self.assertEqual(features.dtype, np.float32)
                time = kept.stat().st_mtime_ns
                self.assertEqual(call(*arguments, "--bits=8,12")[0], 0)
                self.assertEqual(kept.stat().st_mtime_ns, time)


if __name__ == "__main__":
    unittest.main()
