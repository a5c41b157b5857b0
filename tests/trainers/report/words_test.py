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
            "flip": True,
            "epsilon_decay": 0.8,
        }
        # ImageNet weights bring other epochs: those of the preset must be said.
        imagenet = {"weights": "imagenet", "epochs": 160, "trainable": "head"}
        for dataset, weights in itertools.product(
            config.datasets(), ({}, imagenet)
        ):
            with self.subTest(dataset=dataset, weights=weights):
                wanted = config.from_preset(dataset, changes | weights)
                command = words.command(wanted.to_json())
                typed = shlex.split(command)
                self.assertEqual(typed[:3], ["python", "-m", "trainers.main"])
                values = main.define_flags()
                values(typed[2:])
                self.assertEqual(main.resolve(values), wanted)

    def test_command_of_a_preset_is_short(self):
        wanted = config.from_preset("digits", {"workdir": "elsewhere"})
        self.assertEqual(
            words.command(wanted.to_json()),
            "python -m trainers.main --dataset=digits",
        )

    def test_command_with_weights_leaves_out_what_they_bring(self):
        wanted = config.from_preset("cifar10", {"weights": "imagenet"})
        self.assertEqual(
            words.command(wanted.to_json()),
            "python -m trainers.main --dataset=cifar10 \\\n"
            "    --weights=imagenet",
        )

    def test_health_notes_name_the_bits(self):
        notes = " ".join(
            words.health_notes(
                [0.5, 0.0, 0.97, 0.4, 0.02], (1, 4, -0.312), 3, 12_000
            )
        )
        for text in (
            "2 of 5 bits",
            "The same for every image: bit 2.",
            "The same for over 95% of the images: bits 3, 5.",
            "bits 1 and 4, with a correlation of −0.31.",
            "12,000 database images share 3 distinct codes.",
        ):
            self.assertIn(text, notes)

    def test_long_lists_of_bits_are_cut(self):
        notes = words.health_notes([1.0] * 20, None, 1, 5)
        self.assertIn("and 8 more", " ".join(notes))

    def test_unknown_values_are_dashes(self):
        self.assertEqual(words.score(None), "–")
        self.assertEqual(words.score(float("nan")), "–")
        self.assertEqual(words.percent(None), "–")
        self.assertEqual(words.duration(None), "–")

    def test_split_rows(self):
        split = {
            "counts": {"queries": 1000, "database": 59_000},
            "list_sha256": {"queries": "aa", "database": "bb"},
        }
        self.assertEqual(
            words.split_rows(split),
            [("queries", "1,000", "aa"), ("database", "59,000", "bb")],
        )


if __name__ == "__main__":
    unittest.main()
