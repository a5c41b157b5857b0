"""Tests of presets, overrides and the checks of a configuration."""

import json
import pathlib
import unittest

from tf_dnnh.augment_config import AugmentConfig
from trainers import config
from trainers.config import Config, ConfigError

RESULTS = pathlib.Path(__file__).parents[2] / "docs" / "results"


class PresetTest(unittest.TestCase):
    def test_every_preset_names_its_own_data_set(self):
        for name in config.datasets():
            self.assertEqual(config.from_preset(name, {}).dataset, name)

    def test_changes_lie_over_the_preset(self):
        changed = config.from_preset("digits", {"bits": 12, "seed": 3})
        self.assertEqual((changed.bits, changed.seed), (12, 3))
        self.assertEqual(str(changed.run_folder), "runs/digits-12b-3")

    def test_a_margin_may_follow_the_bits(self):
        margins = [
            config.from_preset("cifar10", {"bits": bits}).margin
            for bits in (12, 24, 32, 48)
        ]
        self.assertEqual(margins, [2.0, 2.83, 3.27, 4.0])
        given = config.from_preset("cifar10", {"bits": 12, "margin": 1.0})
        self.assertEqual(given.margin, 1.0)

    def test_unknown_data_set_lists_the_known(self):
        with self.assertRaisesRegex(ConfigError, "cifar10.*Received: mnist"):
            config.from_preset("mnist", {})

    def test_the_old_name_of_a_protocol(self):
        old = {"dataset": "image_folder", "protocol": "lai2015"}
        self.assertEqual(Config.from_json(old).protocol, "holdout")
        given = config.from_preset("image_folder", {"protocol": "lai2015"})
        self.assertEqual(given, config.from_preset("image_folder", {}))
        self.assertEqual(config.from_preset("digits", {}).protocol, "lai2015")

    def test_sizes_of_a_protocol(self):
        changes = config.parse_overrides(["queries_per_class=20", "training=5"])
        given = config.from_preset("nuswide", changes)
        self.assertEqual(given.sizes, {"queries_per_class": 20, "training": 5})
        self.assertEqual(config.from_preset("nuswide", {}).sizes, {})


class OverrideTest(unittest.TestCase):
    def test_values_are_typed(self):
        values = config.parse_overrides(
            [
                "bits=12",
                "learning_rate=1e-3",
                "augmentation.flip=true",
                "data_dir=a=b",
                "mining=random",
                "dropout=0.5",
            ]
        )
        self.assertEqual(
            values,
            {
                "bits": 12,
                "learning_rate": 1e-3,
                "augmentation.flip": True,
                "dropout": 0.5,
                "data_dir": "a=b",
                "mining": "random",
            },
        )
        self.assertIs(type(values["bits"]), int)

    def test_names_of_the_first_release_still_work(self):
        values = config.parse_overrides(
            [
                "rotation=15",
                "trunk_learning_rate=0.5",
                "mining=hardest",
                "loss_reduction=mean_active",
            ]
        )
        self.assertEqual(
            values,
            {
                "augmentation.rotation": 15.0,
                "backbone_learning_rate": 0.5,
                "mining": "batch_hard",
                "loss_reduction": "mean_nonzero",
            },
        )

    def test_wrong_words_are_refused(self):
        for pair, words in {
            "bits": "takes FIELD=VALUE",
            "bit=3": "did you mean bits",
            "bits=3.5": "`bits` must be int. Received: 3.5",
            "flip=maybe": "`augmentation.flip` must be bool",
            "mining=all": "random or batch_all",
            "dropout=much": "float or none",
        }.items():
            with self.subTest(pair), self.assertRaisesRegex(ConfigError, words):
                config.parse_overrides([pair])


class RangeTest(unittest.TestCase):
    def test_every_number_has_a_range(self):
        for name, field in config.fields().items():
            numeric = {int, float} & set(field.allowed)
            self.assertEqual(field.range is not None, bool(numeric), name)

    def test_every_field_has_a_description(self):
        for name, field in config.fields().items():
            self.assertTrue(field.description.endswith("."), name)

    def test_impossible_values_are_refused(self):
        for field, value in {
            "bits": 0,
            "learning_rate": -1.0,
            "margin": float("nan"),
            "epochs": 0,
            "batch_size": 0,
            "images_per_class": 0,
            "validation_fraction": 0.9,
            "dropout": 1.0,
            "seed": -1,
            "epsilon": 0,
            "epsilon_decay": 0.0,
            "logical_devices": -1,
            "checkpoint_seconds": float("nan"),
            "load_size": 31,
            "augmentation.cutout": -3,
            "augmentation.color": -1.0,
        }.items():
            with (
                self.subTest(field),
                self.assertRaisesRegex(ConfigError, field.split(".")[-1]),
            ):
                Config().replace(**{field: value})

    def test_wrong_types_are_refused(self):
        for field, value in {
            "bits": 12.0,
            "download": 1,
            "mining": "x",
        }.items():
            with (
                self.subTest(field),
                self.assertRaisesRegex(ConfigError, field),
            ):
                Config(**{field: value})

    def test_bits_need_not_fill_bytes(self):
        self.assertEqual(Config(bits=13).bits, 13)


class FileTest(unittest.TestCase):
    def test_round_trip_ignores_what_is_no_field(self):
        augmentation = AugmentConfig(flip=True, cutout=4)
        original = Config(bits=12, dropout=0.1, augmentation=augmentation)
        text = json.dumps({**original.to_json(), "versions": {"keras": "3"}})
        self.assertEqual(Config.from_json(json.loads(text)), original)

    def test_files_of_the_first_release_are_understood(self):
        for path in sorted(RESULTS.glob("*/config.json")):
            values = json.loads(path.read_text())
            if "bits" not in values:
                continue  # A comparison of methods.
            with self.subTest(path.parent.name):
                read = Config.from_json(values)
                self.assertEqual(read.bits, values["bits"])
                self.assertEqual(read.margin, values["margin"])
                if "flip" in values:
                    self.assertEqual(read.augmentation.flip, values["flip"])
                    self.assertEqual(read.augmentation.cutout, values["cutout"])
                if values["loss_reduction"] == "mean_active":
                    self.assertEqual(read.loss_reduction, "mean_nonzero")

    def test_differences_leave_out_where_a_run_happens(self):
        mine = Config(bits=12, data_dir="a")
        other = mine.replace(
            bits=24, data_dir="b", workdir="c", **{"augmentation.flip": True}
        )
        self.assertEqual(
            mine.differences(other),
            ["bits: 12, not 24", "augmentation.flip: False, not True"],
        )


if __name__ == "__main__":
    unittest.main()
