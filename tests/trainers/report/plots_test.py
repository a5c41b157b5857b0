import dataclasses
import pathlib
import re
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

import numpy as np

from trainers.report.plot_spec import Line, PlotSpec
from trainers.report.plots import lay_out, write_plot

SPEC = PlotSpec("key", "Title", "Caption.", "bits", y_step=0.05)


def _plot(points, **options):
    spec = PlotSpec("key", "Title", "Caption.", "epoch", **options)
    return lay_out(spec, [Line(np.array(points, np.float64))])


class ReportPlotsTest(unittest.TestCase):
    def test_places_points_by_hand(self):
        # The frame is 440 x 280 with margins 50, 50, 12 and 46.
        plot = _plot([[0, 0], [10, 1], [20, 0.5]], y_range=(0.0, 1.0))
        (line,) = plot.lines
        self.assertEqual(line.path, "M50,234 L220,12 L390,123")
        self.assertEqual(line.area, line.path + " V234 H50 Z")
        self.assertEqual([t.x for t in plot.x_ticks], [50, 135, 220, 305, 390])
        self.assertEqual(
            [t.label for t in plot.y_ticks],
            ["0", "0.2", "0.4", "0.6", "0.8", "1"],
        )
        self.assertEqual(line.dots[1].label, "epoch 10: 1")
        self.assertEqual((line.last.x, line.last.label), (390, "0.5"))
        self.assertEqual(
            plot.label, "Title. From 0 at epoch 0 to 0.5 at epoch 20."
        )

    def test_leaves_out_what_is_not_finite(self):
        plot = _plot([[1, np.nan], [2, 0.5], [3, np.inf], [4, 0.25]])
        self.assertEqual(len(plot.lines[0].dots), 2)

    def test_nothing_to_draw(self):
        self.assertIsNone(_plot([[1, np.nan]]))
        self.assertIsNone(_plot(np.empty((0, 2))))

    def test_one_point_and_constants_have_an_axis(self):
        for points in ([[1, 0.0]], [[1, 0.5]], [[1, -2], [2, -2]]):
            with self.subTest(points=points):
                plot = _plot(points, x_range=(0.0, 2.0))
                numbers = [plot.lines[0].last.x, plot.lines[0].last.y]
                self.assertTrue(np.isfinite(numbers).all())
                self.assertGreaterEqual(len(plot.y_ticks), 2)

    def test_log_axis_ticks_decades(self):
        plot = _plot([[0, 1], [1, 1], [100, 1]], log_x=True)
        self.assertEqual(
            [(t.x, t.label) for t in plot.x_ticks],
            [(50, "1"), (220, "10"), (390, "100")],
        )
        self.assertEqual(len(plot.lines[0].dots), 2)

    def test_counts_have_whole_ticks(self):
        plot = _plot([[1, 1], [2, 1]], x_range=(0.0, 2.0), whole_x=True)
        self.assertEqual([t.label for t in plot.x_ticks], ["0", "1", "2"])

    def test_long_curves_are_thinned_between_their_ends(self):
        x = np.arange(1, 60_001)
        for log_x in (False, True):
            with self.subTest(log_x=log_x):
                plot = _plot(np.stack([x, 1 / x], 1), log_x=log_x)
                self.assertLess(len(plot.lines[0].path), 5_000)
                self.assertTrue(plot.lines[0].path.startswith("M50,"))
                self.assertEqual(plot.lines[0].last.x, 390)

    def test_reference_lies_within_the_axis_or_nowhere(self):
        points = [[0, 0], [1, 1]]
        inside = _plot(points, y_range=(0.0, 1.0), reference=(0.5, "chance"))
        self.assertEqual(inside.reference.y, 123)
        outside = _plot(points, y_range=(0.0, 1.0), reference=(2.0, "chance"))
        self.assertIsNone(outside.reference)


class PlotFileTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name, "plot.svg")

    def draw(self, lines: list[Line], spec=SPEC) -> str:
        self.assertTrue(write_plot(self.path, spec, lines))
        ElementTree.parse(self.path)
        return self.path.read_text(encoding="utf-8")

    def test_curves_share_their_axes(self):
        # The frame is 440 x 280 with margins 50, 50, 12 and 46, so that the
        # axes run from 50 to 390 and from 234 up to 12.
        text = self.draw(
            [
                Line(np.array([[0, 0.0], [10, 0.5]]), "low"),
                Line(np.array([[0, 1.0], [20, 1.0]]), "high", dashed=True),
            ]
        )
        self.assertIn('d="M50,234 L220,123"', text)
        self.assertIn('class="line dashed"\n          d="M50,12 L390,12"', text)

    def test_the_key_is_in_the_order_of_the_last_values_or_as_given(self):
        lines = [
            Line(np.array([[0, 0.9], [1, 0.1]]), "<low>"),
            Line(np.array([[0, 0.0], [1, 0.25]]), "high"),
        ]
        names = re.compile(r'stroke="none">(.*?)</text>')
        text = self.draw(lines)
        self.assertEqual(names.findall(text), ["high 0.25", "&lt;low&gt; 0.1"])
        text = self.draw(lines, dataclasses.replace(SPEC, last_values=False))
        self.assertEqual(names.findall(text), ["&lt;low&gt;", "high"])

    def test_few_points_are_shown_and_one_alone_is_visible(self):
        text = self.draw([Line(np.array([[48, 0.6]]), "one")])
        self.assertEqual(text.count("<circle"), 1)
        many = np.stack([np.arange(20.0), np.ones(20)], axis=1)
        self.assertNotIn("<circle", self.draw([Line(many, "many")]))

    def test_long_names_find_room(self):
        line = Line(np.array([[0, 0.5], [1, 1.0]]), "a" * 60)
        (width,) = re.findall(r'viewBox="0 -44 (\d+) 324"', self.draw([line]))
        self.assertGreater(int(width), 390 + 50 + 60 * 6)

    def test_nothing_is_drawn_of_nothing(self):
        for lines in ([], [Line(np.empty((0, 2)), "none")]):
            with self.subTest(lines=len(lines)):
                self.assertFalse(write_plot(self.path, SPEC, lines))
                self.assertFalse(self.path.exists())


if __name__ == "__main__":
    unittest.main()
