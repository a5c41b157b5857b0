"""Fits the pages of docs/ into the site that MkDocs builds."""

import importlib
import re
from typing import Any

# A link to code or to the folder of a run, which the site does not show.
_OUTSIDE = re.compile(
    r"(?<!!)\[([^\]]+)\]\((?:(?:\.\./)+[^)]*|results/[^)]+/)\)"
)
# The place of a package's reference, for example `[api: tf_dnnh.layers]`.
_API = re.compile(r"(?m)^\[api: ([\w.]+)\]$")


def on_page_markdown(markdown: str, **context: Any) -> str:
    """Expands references, keeps the words of links to code, drops the links."""
    del context
    return _OUTSIDE.sub(_words, _API.sub(_reference, markdown))


def _words(link: re.Match[str]) -> str:
    words = link.group(1)
    return words if "`" in words or " " in words else f"`{words}`"


def _reference(place: re.Match[str]) -> str:
    """Lists the public classes and functions of a package or module."""
    package = importlib.import_module(place.group(1))
    names = getattr(package, "__all__", None) or [
        name
        for name, value in vars(package).items()
        if getattr(value, "__module__", "") == package.__name__
        and not name.startswith("_")
    ]
    found = {name: getattr(package, name) for name in names}
    return "\n\n".join(
        f"::: {value.__module__}.{name}"
        for name, value in found.items()
        # Tables, which are no classes or functions, have no docstring.
        if callable(value)
    )
