"""Tests of the page that shows runs side by side."""

import contextlib
import io
import json
import pathlib
import tempfile
import unittest

from tests.trainers import run_folder
from trainers.compare import main


def call(*arguments: str) -> tuple[int, str, str]:
    """Returns exit status, standard output and standard error."""
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        status = main(["trainers.compare", *map(str, arguments)])
    return status, output.getvalue(), errors.getvalue()


class CompareTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.runs = [
            run_folder.make_run_folder(self.folder / name / "run", bits=bits)
            for name, bits in (("a", 48), ("b", 12))
        ]
        self.page = self.folder / "page.html"

    def compare(self) -> str:
        status, output, errors = call(*self.runs, f"--output={self.page}")
        self.assertEqual((status, errors), (0, ""))
        self.assertIn(str(self.page), output)
        return self.page.read_text(encoding="utf-8")

    def test_shows_metrics_settings_and_links(self):
        html = self.compare()
        self.assertIn("CIFAR-10: 2 runs", html)
        self.assertIn('href="a/run/report.html"', html)
        self.assertIn("All runs have the same queries", html)
        text = " ".join(html.split())
        self.assertIn("<code>bits</code></th> <td>48</td><td>12</td>", text)
        self.assertNotIn("<code>epochs</code>", text)
        self.assertIn('id="plot-validation_map"', html)

    def test_loads_nothing_from_anywhere(self):
        self.assertNotRegex(self.compare(), r"url\(|@import|https?:|<script")

    def test_the_best_value_is_marked(self):
        path = self.runs[1] / "result.json"
        result = json.loads(path.read_text())
        result["metrics"]["map"] = 0.75
        path.write_text(json.dumps(result))
        self.assertRegex(
            self.compare(), r'0\.593</td>\s*<td class="best">0.750'
        )

    def test_other_splits_are_pointed_out(self):
        path = self.runs[1] / "result.json"
        result = json.loads(path.read_text()) | {"split_sha256": "cd" * 32}
        path.write_text(json.dumps(result))
        self.assertIn("cannot be compared strictly", self.compare())

    def test_mistakes(self):
        for arguments, words in (
            ((), "at least two finished runs. Received: none"),
            ((self.runs[0],), "at least two finished runs"),
            ((self.runs[0], self.folder / "no"), "lacks"),
            ((*self.runs, f"--output={self.page}/x.html"), "cannot be written"),
        ):
            with self.subTest(arguments):
                self.page.write_text("")
                status, output, errors = call(*arguments)
                self.assertEqual((status, output), (2, ""))
                self.assertRegex(errors, f"^error: .*{words}")


if __name__ == "__main__":
    unittest.main()
