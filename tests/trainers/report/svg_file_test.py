import pathlib
import re
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

import numpy as np

from trainers.report.plot_spec import PlotSpec
from trainers.report.svg_file import Line, write_comparison

SPEC = PlotSpec("key", "Title", "Caption.", "bits")


class ComparisonPlotsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name, "plot.svg")

    def draw(self, lines: list[Line], spec=SPEC, **options) -> str:
        self.assertTrue(write_comparison(self.path, spec, lines, **options))
        ElementTree.parse(self.path)
        return self.path.read_text(encoding="utf-8")

    def test_curves_share_their_axes(self):
        # The frame is 440 x 280 with margins 50, 50, 12 and 46, so that the
        # axes run from 50 to 390 and from 234 up to 12.
        text = self.draw(
            [
                Line("low", np.array([[0, 0.0], [10, 0.5]])),
                Line("high", np.array([[0, 1.0], [20, 1.0]]), dashed=True),
            ]
        )
        self.assertIn('d="M50,234 L220,123"', text)
        self.assertIn('class="line dashed"\n          d="M50,12 L390,12"', text)

    def test_the_key_is_in_the_order_of_the_last_values_or_as_given(self):
        lines = [
            Line("<low>", np.array([[0, 0.9], [1, 0.1]])),
            Line("high", np.array([[0, 0.0], [1, 0.25]])),
        ]
        names = re.compile(r'stroke="none">(.*?)</text>')
        text = self.draw(lines)
        self.assertEqual(names.findall(text), ["high 0.25", "&lt;low&gt; 0.1"])
        text = self.draw(lines, last_values=False)
        self.assertEqual(names.findall(text), ["&lt;low&gt;", "high"])

    def test_few_points_are_shown_and_one_alone_is_visible(self):
        text = self.draw([Line("one", np.array([[48, 0.6]]))])
        self.assertEqual(text.count("<circle"), 1)
        many = np.stack([np.arange(20.0), np.ones(20)], axis=1)
        self.assertNotIn("<circle", self.draw([Line("many", many)]))

    def test_long_names_find_room(self):
        line = Line("a" * 60, np.array([[0, 0.5], [1, 1.0]]))
        (width,) = re.findall(r'viewBox="0 -44 (\d+) 324"', self.draw([line]))
        self.assertGreater(int(width), 390 + 50 + 60 * 6)

    def test_nothing_is_drawn_of_nothing(self):
        for lines in ([], [Line("none", np.empty((0, 2)))]):
            with self.subTest(lines=len(lines)):
                self.assertFalse(write_comparison(self.path, SPEC, lines))
                self.assertFalse(self.path.exists())


if __name__ == "__main__":
    unittest.main()
