import itertools
import shlex
import unittest

from trainers import config, main
from trainers.report import words


class ReportWordsTest(unittest.TestCase):
    def test_command_repeats_the_run(self):
        changes = {
            "data_dir": "my $images",
            "bits": 12,
            "learning_rate": 1e-5,
            "deterministic": True,
            "dropout": None,
            "augmentation.flip": True,
            "epsilon_decay": 0.8,
        }
        # ImageNet weights change the epochs: the preset's must be stated.
        imagenet = {"weights": "imagenet", "epochs": 160, "trainable": "head"}
        for dataset, weights in itertools.product(
            config.datasets(), ({}, imagenet)
        ):
            with self.subTest(dataset=dataset, weights=weights):
                wanted = config.from_preset(dataset, changes | weights)
                command = words.command(wanted)
                typed = shlex.split(command)
                self.assertEqual(typed[:3], ["python", "-m", "trainers.main"])
                values = main.define_flags()
                values(typed[2:])
                self.assertEqual(main.resolve(values), wanted)

    def test_command_of_a_preset_is_short(self):
        wanted = config.from_preset("digits", {"workdir": "elsewhere"})
        self.assertEqual(
            words.command(wanted),
            "python -m trainers.main --dataset=digits",
        )

    def test_command_with_weights_leaves_out_what_they_bring(self):
        wanted = config.from_preset("cifar10", {"weights": "imagenet"})
        self.assertEqual(
            words.command(wanted),
            "python -m trainers.main --dataset=cifar10 \\\n"
            "    --weights=imagenet",
        )

    def test_health_notes_name_the_bits(self):
        health = {
            "balance": [0.5, 0.0, 0.97, 0.4, 0.02],
            "reasons": ["1 of 5 bits is constant: 2."],
            "distinct_codes": 3,
        }
        self.assertEqual(
            words.health_notes(health, (1, 4, -0.312), 12_000),
            [
                "1 of 5 bits is constant: 2.",
                "2 of 5 bits split the database between 35:65 and 65:35.",
                "Bits 3, 5 take one value for over 95% of the images.",
                "The most correlated are bits 1 and 4 (−0.31).",
                "12,000 database images share 3 distinct codes.",
            ],
        )

    def test_what_the_data_lack_is_said(self):
        notes = {
            "label_files": "official",
            "missing": 1200,
            "unlabelled": 3,
            "unlabelled_rule": "exclude",
        }
        self.assertEqual(
            words.data_notes({"notes": notes}),
            [
                "label files: official",
                "1,200 listed images are missing",
                "3 images have no label",
                "unlabelled rule: exclude",
                "their names are in data_problems.csv",
            ],
        )
        self.assertEqual(words.data_notes({}), [])


if __name__ == "__main__":
    unittest.main()
