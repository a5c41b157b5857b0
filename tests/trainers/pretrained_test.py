"""Tests of fine-tuning a pretrained network on a folder of photographs."""

import importlib.util
import json
import pathlib
import tempfile
import unittest

import keras
import numpy as np
from PIL import Image

from tests.trainers.main_test import call
from tf_dnnh import codes
from tf_dnnh.models import efficientnet_weights

INSTALLED = importlib.util.find_spec(efficientnet_weights.PACKAGE) is not None
COLORS = {"rot": (220, 40, 40), "grün": (40, 200, 60), "blau": (50, 60, 220)}
NAMED = ("--backbone=efficientnet_lite0", "--weights=imagenet")
QUICK = (
    *NAMED,
    "--epochs=2",
    "--bits=12",
    "--override=image_size=32",
    "--override=cache_copies=1",
)


def make_photographs(folder: pathlib.Path, count: int) -> None:
    """Writes noisy pictures of three colours, more of one than another."""
    rng = np.random.default_rng(0)
    for index in range(count):
        name = list(COLORS)[(0, 0, 0, 1, 1, 2)[index % 6]]
        shape = (*rng.integers(20, 60, 2), 3)
        pixels = rng.normal(COLORS[name], 40, shape).clip(0, 255)
        path = folder / name / f"{index}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(pixels.astype(np.uint8)).save(path)


def trained_layers(model) -> set[str]:
    """Returns the names of the backbone's layers that are trained."""
    variables = model.backbone.trainable_variables
    return {variable.path.split("/")[0] for variable in variables}


@unittest.skipUnless(INSTALLED, "the extra `pretrained` is not installed")
class PretrainedTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls._folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls._folder.cleanup)
        cls.folder = pathlib.Path(cls._folder.name)
        photographs = cls.folder / "photographs"
        photographs.mkdir()
        make_photographs(photographs, 200)
        cls.data = ("--dataset=image_folder", f"--data_dir={photographs}")

    def run_in(self, name: str, *arguments: str) -> pathlib.Path:
        workdir = self.folder / name
        flags = (*self.data, *QUICK, f"--workdir={workdir}", *arguments)
        status, _, errors = call(*flags)
        self.assertEqual(status, 0, errors)
        return workdir

    def test_last_blocks_learn_on_cached_features(self):
        workdir = self.run_in("last", "--trainable=last:1")
        result = json.loads((workdir / "result.json").read_text())
        self.assertGreater(result["metrics"]["map"], 0.6)
        model = keras.saving.load_model(workdir / "model.keras")
        learnt = {
            v.path.split("/")[0] for v in model.backbone.trainable_variables
        }
        self.assertIn("block15_expand", learnt)
        self.assertNotIn("block14_expand", learnt)
        self.assertNotIn("block15_expand_norm", learnt)
        self.check_codes_are_the_whole_network_s(workdir, model)

    def check_codes_are_the_whole_network_s(self, workdir, model):
        photographs = self.folder / "photographs"
        with np.load(workdir / "codes.npz") as saved:
            ids = saved["query_ids"][:20]
            kept = saved["query_codes"][:20]
        images = np.stack(
            [
                np.asarray(
                    Image.open(photographs / name).resize(
                        (32, 32), Image.Resampling.BILINEAR
                    )
                )
                for name in ids
            ]
        )
        # Pillow rounds to whole grey levels, which may flip a bit.
        distance = codes.hamming_distance(model.encode(images), kept)
        self.assertLess(distance.mean(), 0.5)

    def test_without_the_cache_the_same_part_learns(self):
        workdir = self.run_in(
            "images",
            "--trainable=head",
            "--epochs=1",
            "--mode=train",
            "--override=cache_features=false",
        )
        self.assertFalse((workdir / "features").exists())
        model = keras.saving.load_model(workdir / "model.keras")
        names = {
            v.path.split("/")[0] for v in model.backbone.trainable_variables
        }
        self.assertEqual(names, {"features"})

    def test_mistakes(self):
        workdir = f"--workdir={self.folder / 'wrong'}"
        for flag, words in {
            "--trainable=last:17": "at most 16 blocks",
            "--trainable=some": "must be head, all or last:N",
            "--weights=/no/such.pth": "no/such.pth",
            "--override=trunk_learning_rate=2": "at least 0 and at most 1",
        }.items():
            with self.subTest(flag):
                status, _, errors = call(*self.data, *QUICK, workdir, flag)
                self.assertEqual(status, 2, errors)
                self.assertRegex(errors.splitlines()[-1], f"^error: .*{words}")

    def test_a_download_that_fails_is_one_sentence(self):
        workdir = f"--workdir={self.folder / 'wrong'}"
        for more, words in (
            ("--download=off", "downloads are off"),
            ("--weights=/no/such.h5", "must be a file"),
        ):
            status, _, errors = call(
                *self.data, *QUICK, workdir, "--backbone=mobilenet_v3", more
            )
            self.assertEqual(status, 2, errors)
            self.assertIn(words, errors.splitlines()[-1])


if __name__ == "__main__":
    unittest.main()
