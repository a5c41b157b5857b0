"""Tests of NUS-WIDE from label files to report, on a miniature copy."""

import contextlib
import csv
import io
import json
import pathlib
import tempfile
import unittest

import keras
import numpy as np

from tests.data import toy
from tf_dnnh.runs.run_folder import RunFolder
from tools.miniature.writer import write_miniature
from trainers.config import ConfigError, from_preset
from trainers.main import main
from trainers.report.chance import chance
from trainers.report.words import command

QUICK = (
    "--protocol=mini",
    "--bits=24",
    "--epochs=3",
    "--override=image_size=32",
    "--override=load_size=36",
    "--override=queries_per_class=9",
)


def call(*arguments: str) -> tuple[int, str, str]:
    """Returns exit status, standard output and standard error."""
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        status = main(["trainers.main", "--dataset=nuswide", *arguments])
    return status, output.getvalue(), errors.getvalue()


class MiniatureTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        folder = pathlib.Path(scratch.name)
        write_miniature(folder / "MINI", 2600, missing=3, corrupt=3, seed=4)
        cls.workdir = folder / "run"
        cls.status, cls.output, cls.errors = call(
            f"--data_dir={folder / 'MINI'}",
            f"--workdir={cls.workdir}",
            *QUICK,
        )

    def read(self, name: str) -> dict:
        return json.loads((self.workdir / name).read_text())

    def test_beats_chance_clearly(self):
        self.assertEqual(self.status, 0, self.errors)
        metrics = self.read("result.json")["metrics"]
        with np.load(self.workdir / "codes.npz") as codes:
            floor = chance(codes["query_labels"], codes["database_labels"])
        self.assertGreater(metrics["map"], floor + 0.08)
        self.assertGreater(metrics["ndcg_at_100"], 0)

    def test_other_sizes_are_part_of_the_protocols_name(self):
        name = "mini[queries_per_class=9]"
        self.assertEqual(self.read("result.json")["protocol"], name)
        self.assertEqual(self.read("split.json")["protocol"], name)
        page = (self.workdir / "report.html").read_text()
        self.assertTrue(f"<code>{name}</code>" in page, "The page lacks it.")
        found = "--override=queries_per_class=9" in page
        self.assertTrue(found, "The command lacks the size.")

    def test_map_counts_5000_results(self):
        conventions = self.read("result.json")["conventions"]
        self.assertEqual(conventions["map_top_n"], 5000)
        self.assertEqual(conventions["relevant"], "shares a label")

    def test_what_is_missing_is_said_everywhere(self):
        self.assertIn("warning: nuswide: ", self.errors)
        split = self.read("split.json")
        self.assertEqual(split["counts"]["queries"], 21 * 9)
        notes = split["notes"]
        missing = notes["missing"] + notes["unreadable"]
        self.assertTrue(3 <= missing <= 6)
        with (self.workdir / "data_problems.csv").open() as lines:
            rows = list(csv.DictReader(lines))
        self.assertEqual(len(rows), missing)
        self.assertEqual(
            {row["problem"] for row in rows}, {"missing", "unreadable"}
        )
        page = (self.workdir / "report.html").read_text()
        self.assertIn("listed images are missing", page)
        self.assertIn("data_problems.csv", page)

    def test_the_model_knows_how_pictures_are_cropped(self):
        model = keras.saving.load_model(self.workdir / "model.keras")
        self.assertEqual(model.load_size, (36, 36))
        self.assertEqual(model.image_size, (32, 32))

    def test_logits_on_disk_are_gone(self):
        self.assertFalse((self.workdir / "encoding").exists())


class CommandTest(unittest.TestCase):
    def test_a_missing_folder_shows_the_tree(self):
        with tempfile.TemporaryDirectory() as folder:
            status, output, errors = call(
                f"--data_dir={folder}/nowhere", f"--workdir={folder}/run"
            )
        self.assertEqual((status, output), (2, ""))
        first, *tree = errors.splitlines()
        self.assertRegex(first, "^error: Found no label files of NUS-WIDE in")
        self.assertIn(f"{folder}/nowhere/", tree[0])
        self.assertIn("    AllLabels/", tree)

    def test_lists_that_name_all_parts_are_the_default(self):
        with tempfile.TemporaryDirectory() as name:
            for part in ("train", "test", "database"):
                (pathlib.Path(name) / f"{part}.txt").write_text("a.jpg 0 1")
            given = {"data_dir": name}
            self.assertEqual(from_preset("nuswide", given).protocol, "lists")
            given["protocol"] = "lai2015"
            self.assertEqual(from_preset("nuswide", given).protocol, "lai2015")

    def test_the_preset_is_the_papers_network(self):
        config = from_preset("nuswide", {})
        self.assertEqual(config.backbone, "nin")
        self.assertEqual((config.load_size, config.image_size), (256, 224))
        self.assertEqual((config.optimizer, config.batch_size), ("sgd", 64))
        self.assertTrue(config.augmentation.flip)

    def test_the_miniature_gets_a_small_network(self):
        config = from_preset("nuswide", {"protocol": "mini", "epochs": 2})
        self.assertEqual(config.backbone, "plain_cnn")
        self.assertEqual((config.optimizer, config.epochs), ("adamw", 2))
        words = command(config)
        self.assertEqual(
            words.replace(" \\\n    ", " ").split()[3:],
            ["--dataset=nuswide", "--protocol=mini", "--epochs=2"],
        )

    def test_imagenet_weights_do_not_train_as_the_papers_network(self):
        config = from_preset("nuswide", {"weights": "imagenet"})
        self.assertEqual(
            (config.optimizer, config.schedule), ("adamw", "cosine")
        )
        self.assertIsNone(config.load_size)

    def test_a_crop_fits_into_its_image(self):
        with self.assertRaisesRegex(
            ConfigError, "`load_size` must be at least"
        ):
            from_preset("nuswide", {"image_size": 300})


class ProblemsTest(unittest.TestCase):
    def test_unlabelled_images_are_named_and_an_old_file_goes(self):
        labels = np.array([[1, 0], [0, 0], [0, 1]], np.uint8)
        dataset = toy.toy(labels)
        dataset.problems = {"missing": ["a,b", "c"], "stray": []}
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            RunFolder(folder).write_problems(dataset)
            with (folder / "data_problems.csv").open(newline="") as lines:
                rows = list(csv.reader(lines))
            self.assertEqual(
                rows,
                [
                    ["problem", "name"],
                    ["missing", "a,b"],
                    ["missing", "c"],
                    ["unlabelled", "image_00001"],
                ],
            )
            RunFolder(folder).write_problems(toy.toy(labels[[0, 2]]))
            self.assertEqual(list(folder.iterdir()), [])


if __name__ == "__main__":
    unittest.main()
