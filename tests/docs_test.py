"""Tests that links and names in the documents exist."""

import importlib
import pathlib
import re
import unittest

from tools import config_page

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACKAGES = ("tf_dnnh", "trainers", "export")
# Placeholders: `tests/layers/x_test.py`, `export/NAME.py`.
PLACEHOLDER = re.compile(r"/(x|[A-Z]+)(_test)?\.py$")


def documents() -> list[pathlib.Path]:
    """Returns the Markdown files of the top folder and of docs/."""
    return sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md"))


def resolve(dotted: str) -> object:
    """Returns the object with a dotted name.

    Raises:
        ImportError, AttributeError: if there is none.
    """
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for name in parts[length:]:
            found = getattr(found, name)
        return found
    raise ImportError(dotted)


class DocsTest(unittest.TestCase):
    def test_relative_links_lead_to_files(self):
        for document in documents():
            text = document.read_text(encoding="utf-8")
            for target in re.findall(r"\]\(([^)\s]+)\)", text):
                if re.match(r"[a-z]+:|#", target):
                    continue
                path = document.parent / target.split("#")[0]
                with self.subTest(document=document.name, link=target):
                    self.assertTrue(path.exists())

    def test_named_files_exist(self):
        pattern = rf"`((?:{'|'.join(PACKAGES)}|tests|tools|docs)/[\w./]+)`"
        for document in documents():
            text = document.read_text(encoding="utf-8")
            for name in re.findall(pattern, text):
                if PLACEHOLDER.search(name):
                    continue
                with self.subTest(document=document.name, file=name):
                    self.assertTrue((ROOT / name).exists())

    def test_dotted_names_exist(self):
        pattern = rf"`((?:{'|'.join(PACKAGES)})(?:\.\w+)+)"
        for document in documents():
            text = document.read_text(encoding="utf-8")
            for name in sorted(set(re.findall(pattern, text))):
                if name.endswith(".json"):
                    continue
                with self.subTest(document=document.name, name=name):
                    resolve(name)

    def test_the_configuration_page_is_up_to_date(self):
        self.assertEqual(
            config_page.PAGE.read_text(encoding="utf-8"),
            config_page.page(),
            "`python -m tools.config_page` writes it again.",
        )


if __name__ == "__main__":
    unittest.main()
