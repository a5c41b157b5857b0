"""Tests of the renderer of HTML pages."""

import pathlib
import tempfile
import unittest

import jinja2

from tf_dnnh.pages import rendering


class RenderingTest(unittest.TestCase):
    def render(self, template: str, **values) -> str:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "page.html.j2"
            path.write_text(template, encoding="utf-8")
            return rendering.render(path.parent, path.name, values)

    def test_values_are_escaped(self):
        self.assertEqual(
            self.render("<b>{{ name }}</b>", name="<script>'\""),
            "<b>&lt;script&gt;&#39;&#34;</b>",
        )

    def test_a_missing_value_is_an_error(self):
        with self.assertRaises(jinja2.UndefinedError):
            self.render("{{ missing }}")

    def test_pages_share_styles_and_formats(self):
        page = self.render('{% include "base.css" %}{{ 0.5 | percent }}')
        self.assertIn("prefers-color-scheme: dark", page)
        self.assertTrue(page.endswith("50.0%"))

    def test_balance_bars_mark_bits_that_hardly_change(self):
        page = self.render(
            '{% from "balance_bars.html.j2" import balance_bars %}'
            "{{ balance_bars([0.5, 0.01, 0.97]) }}"
        )
        self.assertEqual(page.count("<rect"), 3)
        self.assertEqual(page.count(">!<"), 2)


if __name__ == "__main__":
    unittest.main()
