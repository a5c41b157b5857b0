"""Tests that the Python code of docs/search.md runs."""

import contextlib
import io
import os
import pathlib
import re
import unittest
from unittest import mock

from tests.search.collections import CommandCase, kept_encoder
from tf_dnnh.search import model_files

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "search.md"


class DocsTest(CommandCase):
    def test_the_page_runs(self):
        self.build()
        self.index.rename(self.folder / "photos.index")
        (self.images / "cat/02.png").rename(self.folder / "cat.jpg")
        here = os.getcwd()
        self.addCleanup(os.chdir, here)
        os.chdir(self.folder)
        text = PAGE.read_text(encoding="utf-8")
        printed, namespace = io.StringIO(), {}
        with (
            mock.patch.object(model_files, "open_encoder", kept_encoder),
            contextlib.redirect_stdout(printed),
        ):
            for block in re.findall(r"(?ms)^```python\n(.*?)^```$", text):
                exec(compile(block, PAGE.name, "exec"), namespace)
        lines = printed.getvalue().splitlines()
        self.assertEqual(len(lines), 6)
        self.assertRegex(lines[0], r"^0 cat .*cat/\d\d.png$")
        self.assertEqual(lines[5], "['a.png' 'b.png'] [0 4]")


if __name__ == "__main__":
    unittest.main()
