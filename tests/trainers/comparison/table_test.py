import pathlib
import tempfile
import unittest

import numpy as np

from trainers.comparison.method_result import MethodResult
from trainers.comparison.plots import write_plots
from trainers.comparison.table import mean_and_spread, table_text

IDENTITY = {
    "dataset": "cifar10",
    "protocol": "lai2015",
    "seed": 0,
    "features": "gist",
    "queries": 1000,
    "database": 59_000,
    "training": 5000,
}


def scored(title: str, bits: int, score: float, **options) -> MethodResult:
    result = {
        "bits": bits,
        "metrics": {"map": score, "precision_radius_2": score / 2},
        "conventions": {"map_top_n": options.pop("top_n", None)},
        "time": {"fit_seconds": 12.345},
        "versions": {"numpy": "2.1.0"},
    }
    line = np.array([[1, score], [10, score / 2]])
    curves = {
        "precision_recall": line / [10, 1],
        "precision_at_n": line,
    }
    return MethodResult(
        title=title,
        learns_from=options.pop("learns_from", "features"),
        reported=options.pop("reported", title),
        result=result,
        curves=curves,
        **options,
    )


def rows(text: str) -> list[list[str]]:
    return [
        [word.strip() for word in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|")
    ]


class TableTest(unittest.TestCase):
    def test_rows_hold_ours_and_the_papers_figures(self) -> None:
        results = [
            scored("LSH", 12, 0.125),
            scored("LSH", 48, 0.15),
            scored("KSH", 48, 0.35),
        ]
        head, _, best, other, *rest = rows(table_text(IDENTITY, results))
        self.assertEqual(
            head,
            [
                *("method", "learns from", "12 bits", "48 bits"),
                *("reported, 12", "reported, 48"),
                *("radius 2, 48 bits", "fit, s"),
            ],
        )
        self.assertEqual(
            best,
            ["KSH", "features", "–", "0.350", "0.303", "0.356", "0.175", "12"],
        )
        self.assertEqual(other[:4], ["LSH", "features", "0.125", "0.150"])
        # Methods that only the paper ran, with its figures.
        self.assertIn("DNNH", [row[0] for row in rest])
        self.assertNotIn("KSH", [row[0] for row in rest])
        for row in rest:
            self.assertEqual(row[1:4], ["*as reported only*", "–", "–"])

    def test_without_a_table_of_the_paper(self) -> None:
        text = table_text(
            IDENTITY | {"dataset": "digits"}, [scored("X", 8, 0.5)]
        )
        self.assertEqual(
            rows(text)[2], ["X", "features", "0.500", "0.250", "12"]
        )
        self.assertNotIn("eported", text)

    def test_says_over_which_ranks(self) -> None:
        text = table_text(IDENTITY, [scored("LSH", 12, 0.1, top_n=5000)])
        self.assertIn("Over the first 5,000 results", text)

    def test_spread_over_seeds(self) -> None:
        self.assertEqual(mean_and_spread([None, float("nan")]), "–")
        self.assertEqual(mean_and_spread([0.1, None]), "0.100")
        results = [scored("X", 8, 0.5), scored("X", 8, 0.6)]
        # The deviation of two values is their distance over the root of 2.
        row = rows(table_text(IDENTITY | {"dataset": "digits"}, results))[2]
        self.assertEqual(row[2], "0.550 ± 0.071 (2)")


class PlotsTest(unittest.TestCase):
    def test_four_figures_with_the_methods_that_have_points(self) -> None:
        results = [
            scored("LSH", 12, 0.1, dashed=True),
            scored("KSH", 12, 0.2),
            scored("KSH", 48, 0.3),
        ]
        with tempfile.TemporaryDirectory() as folder:
            write_plots(pathlib.Path(folder), results)
            texts = {
                path.stem: path.read_text("utf-8")
                for path in pathlib.Path(folder).glob("*.svg")
            }
        self.assertEqual(len(texts), 4)
        score = texts["map"]
        self.assertLess(score.index("KSH 0.3"), score.index("LSH 0.1"))
        self.assertEqual(score.count("line dashed"), 2)
        # LSH has no codes of 48 bits, so no curve there.
        self.assertNotIn("LSH", texts["precision_recall"])


if __name__ == "__main__":
    unittest.main()
