"""Reads the code in Markdown files, for tests that run it."""

import pathlib
import re
import shlex

ROOT = pathlib.Path(__file__).resolve().parent.parent


def blocks(document: str, language: str) -> list[str]:
    """Returns the fenced blocks of one language in a document."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", text)


def commands(document: str) -> list[list[str]]:
    """Returns the words of every shell command in a document's blocks."""
    found = []
    for block in blocks(document, "bash"):
        for line in block.replace("\\\n", " ").splitlines():
            for command in line.split("&&"):
                words = shlex.split(command, comments=True)
                if words:
                    found.append(words)
    return found
