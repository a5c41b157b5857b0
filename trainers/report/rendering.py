"""Renders the templates of the report."""

import pathlib
from collections.abc import Mapping
from typing import Any

from tf_dnnh import files
from tf_dnnh.pages import rendering

_FOLDER = pathlib.Path(__file__).parent / "templates"


def write(path: pathlib.Path, name: str, values: Mapping[str, Any]) -> None:
    """Renders the template `name` into a file; a missing value is an error."""
    files.write_text(path, rendering.render(_FOLDER, name, values))
