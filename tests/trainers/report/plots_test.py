import unittest

import numpy as np

from trainers.report.plot_spec import PlotSpec
from trainers.report.plots import line_plot, number


def _plot(points, **options):
    spec = PlotSpec("key", "Title", "Caption.", "epoch", **options)
    return line_plot(spec, np.array(points, np.float64))


class ReportPlotsTest(unittest.TestCase):
    def test_places_points_by_hand(self):
        # The frame is 440 x 280 with margins 50, 50, 12 and 46.
        plot = _plot([[0, 0], [10, 1], [20, 0.5]], y_range=(0.0, 1.0))
        self.assertEqual(plot.line, "M50,234 L220,12 L390,123")
        self.assertEqual(plot.area, plot.line + " V234 H50 Z")
        self.assertEqual([t.x for t in plot.x_ticks], [50, 135, 220, 305, 390])
        self.assertEqual(
            [t.label for t in plot.y_ticks],
            ["0", "0.2", "0.4", "0.6", "0.8", "1"],
        )
        self.assertEqual(plot.dots[1].label, "epoch 10: 1")
        self.assertEqual((plot.last.x, plot.last.label), (390, "0.5"))
        self.assertEqual(plot.summary, "From 0 at epoch 0 to 0.5 at epoch 20.")

    def test_leaves_out_what_is_not_finite(self):
        plot = _plot([[1, np.nan], [2, 0.5], [3, np.inf], [4, 0.25]])
        self.assertEqual(len(plot.dots), 2)

    def test_nothing_to_draw(self):
        self.assertIsNone(_plot([[1, np.nan]]))
        self.assertIsNone(_plot(np.empty((0, 2))))

    def test_one_point_and_constants_have_an_axis(self):
        for points in ([[1, 0.0]], [[1, 0.5]], [[1, -2], [2, -2]]):
            with self.subTest(points=points):
                plot = _plot(points, x_range=(0.0, 2.0))
                numbers = [plot.last.x, plot.last.y]
                self.assertTrue(np.isfinite(numbers).all())
                self.assertGreaterEqual(len(plot.y_ticks), 2)

    def test_log_axis_ticks_decades(self):
        plot = _plot([[0, 1], [1, 1], [100, 1]], log_x=True)
        self.assertEqual(
            [(t.x, t.label) for t in plot.x_ticks],
            [(50, "1"), (220, "10"), (390, "100")],
        )
        self.assertEqual(len(plot.dots), 2)

    def test_counts_have_whole_ticks(self):
        plot = _plot([[1, 1], [2, 1]], x_range=(0.0, 2.0), whole_x=True)
        self.assertEqual([t.label for t in plot.x_ticks], ["0", "1", "2"])

    def test_long_curves_are_thinned_between_their_ends(self):
        x = np.arange(1, 60_001)
        for log_x in (False, True):
            with self.subTest(log_x=log_x):
                plot = _plot(np.stack([x, 1 / x], 1), log_x=log_x)
                self.assertLess(len(plot.line), 5_000)
                self.assertTrue(plot.line.startswith("M50,"))
                self.assertEqual(plot.last.x, 390)

    def test_reference_lies_within_the_axis_or_nowhere(self):
        points = [[0, 0], [1, 1]]
        inside = _plot(points, y_range=(0.0, 1.0), reference=(0.5, "chance"))
        self.assertEqual(inside.reference.y, 123)
        outside = _plot(points, y_range=(0.0, 1.0), reference=(2.0, "chance"))
        self.assertIsNone(outside.reference)

    def test_numbers_for_people(self):
        for value, text in {
            0.0: "0",
            1.0: "1",
            -0.25: "−0.25",
            0.0015: "0.0015",
            0.000285: "2.8e−4",
            59_000.4: "59,000",
            np.inf: "–",
        }.items():
            with self.subTest(value=value):
                self.assertEqual(number(value), text)


if __name__ == "__main__":
    unittest.main()
