"""Tests of the comparison of recipes; none of them trains."""

import argparse
import contextlib
import io
import json
import pathlib
import tempfile
import unittest
from unittest import mock

import numpy as np

from benchmarks import recipe
from tf_dnnh import codes


def options(**values) -> argparse.Namespace:
    known = {
        "recipes": ["preset", "class_codes"],
        "seeds": [0, 1],
        "epochs": 3,
        "bits": 12,
        "data_dir": "data",
        "workdir": "trials",
    }
    return argparse.Namespace(**{**known, **values})


class SettingsTest(unittest.TestCase):
    def test_every_recipe_can_be_run(self):
        for name in recipe.RECIPES:
            with self.subTest(name):
                config = recipe.settings(name, 48, 1, 60, options())
                self.assertEqual((config.epochs, config.seed), (60, 1))
                self.assertEqual(config.dataset, "cifar10")

    def test_a_recipe_changes_the_preset(self):
        config = recipe.settings("class_codes", 12, 0, 60, options())
        self.assertEqual((config.class_codes, config.margin), (3, 2.0))
        self.assertEqual(config.validation_queries, 4000)
        self.assertEqual(config.workdir, "trials/class_codes-12b-60e-0")


class VoteTest(unittest.TestCase):
    def test_by_hand(self):
        # Within distance 1 of 0000: three of class 0, two of class 1. Within
        # distance 1 of 1111: one of class 1.
        voters = np.array(
            [
                [0, 0, 0, 0],
                [0, 0, 0, 1],
                [1, 0, 0, 0],
                [0, 1, 0, 0],
                [0, 0, 1, 0],
                [1, 1, 1, 0],
            ]
        )
        queries = np.array([[0, 0, 0, 0], [1, 1, 1, 1]])
        packed = [codes.pack(bits) for bits in (queries, voters)]
        labels = np.array([0, 0, 1, 1, 0, 1])
        for truth, share in (([0, 1], 1.0), ([1, 1], 0.5)):
            # The second nearest is at distance 1, where others vote as well;
            # from 1111, it is one of five at distance 3.
            with mock.patch.object(recipe, "VOTERS", 2):
                found = recipe.vote_accuracy(
                    packed[0][:1], np.array(truth[:1]), packed[1], labels
                )
            self.assertEqual(found, float(truth[0] == 0))
            with mock.patch.object(recipe, "VOTERS", 1):
                found = recipe.vote_accuracy(
                    packed[0], np.array(truth), packed[1], labels
                )
            self.assertEqual(found, share)


class SearchTest(unittest.TestCase):
    def test_by_hand(self):
        # From the first, the second, of its class, is nearest: 1. From the
        # second, both others are equally near: (1 + 1/2) / 2. The third has
        # nothing to find: 0.
        packed = codes.pack(np.array([[0, 0], [0, 1], [1, 1]]))
        found = recipe.search_each_other(packed, np.array([0, 0, 1]), 2)
        self.assertAlmostEqual(found, (1 + 0.75 + 0) / 3)


class RunAllTest(unittest.TestCase):
    def test_skips_the_trials_that_the_file_has(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "trials.jsonl")
            self.assertEqual(recipe.known_trials(path), [])
            known = recipe.identity("preset", 12, 1, 3) | {"loss": 0.5}
            other = recipe.identity("class_codes", 12, 0, 60)
            lines = [json.dumps(line) + "\n" for line in (known, other)]
            path.write_text("".join(lines))
            run = mock.Mock()
            recipe.run_all(options(trials=path), run)
        self.assertEqual(
            [call.args for call in run.call_args_list],
            [("preset", 0), ("class_codes", 0), ("class_codes", 1)],
        )

    def test_the_table_has_means_over_seeds(self):
        def trial(recipe_name, seed, score, **more):
            known = recipe.identity(recipe_name, 48, seed, 3)
            known |= {"active_share": 0.5, "vote_accuracy": 0.25}
            known |= {"validation_map_mirror": score + 0.0625}
            return known | {"validation_map": score} | more

        speed = {"images_per_processor_second": 400.0}
        rows = recipe.table(
            [
                trial("preset", 0, 0.5, **speed),
                trial("class_codes", 1, 0.75, **speed),
                trial("preset", 1, 0.25, **speed),
            ]
        ).splitlines()
        self.assertEqual(
            rows[2:],
            [
                "| `class_codes` | 48 | 3 | 1 "
                "| 0.750 | 0.812 | 0.250 | 0.500 | 400 |",
                "| `preset` | 48 | 3 | 0, 1 "
                "| 0.375 | 0.438 | 0.250 | 0.500 | 400 |",
            ],
        )

    def test_list_shows_the_changes(self):
        printed = io.StringIO()
        with (
            mock.patch("sys.argv", ["recipe", "--list"]),
            contextlib.redirect_stdout(printed),
        ):
            recipe.main()
        self.assertIn('class_codes {"class_codes": 3}\n', printed.getvalue())


if __name__ == "__main__":
    unittest.main()
