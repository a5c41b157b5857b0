"""Lets the site show the examples of docstrings as code."""

import re
from typing import Any

import griffe


class Examples(griffe.Extension):
    """Renames sections `Example:` for griffe, which knows `Examples:`."""

    def on_object(self, *, obj: griffe.Object, **context: Any) -> None:
        """Called with every module, class and function."""
        del context
        if obj.docstring:
            obj.docstring.value = re.sub(
                r"(?m)^Example:$", "Examples:", obj.docstring.value
            )
