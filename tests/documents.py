"""Reads the code in Markdown files, for tests that run it."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent


def blocks(document: str, language: str) -> list[str]:
    """Returns the fenced blocks of one language in a document."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", text)
