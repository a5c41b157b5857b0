"""Tests of numbers, scores and times as text."""

import unittest

from tf_dnnh.pages import formats


class FormatsTest(unittest.TestCase):
    def test_unknown_values_are_dashes(self):
        self.assertEqual(formats.score(None), "–")
        self.assertEqual(formats.score(float("nan")), "–")
        self.assertEqual(formats.percent(None), "–")
        self.assertEqual(formats.duration(None), "–")

    def test_numbers_for_people(self):
        for value, text in {
            0.0: "0",
            1.0: "1",
            -0.25: "−0.25",
            0.0015: "0.0015",
            0.000285: "2.8e−4",
            59_000.4: "59,000",
            float("inf"): "–",
        }.items():
            with self.subTest(value=value):
                self.assertEqual(formats.number(value), text)


if __name__ == "__main__":
    unittest.main()
