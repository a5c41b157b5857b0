"""Renders the templates of the report."""

import functools
import pathlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tf_dnnh import files
from trainers.report import words

if TYPE_CHECKING:
    import jinja2

_FOLDER = pathlib.Path(__file__).parent / "templates"


def write(path: pathlib.Path, name: str, values: Mapping[str, Any]) -> None:
    """Renders the template `name` into a file; a missing value is an error."""
    text = _environment().get_template(name).render(values)
    files.write_text(path, text)


@functools.cache
def _environment() -> "jinja2.Environment":
    # Imported here: only processes that write a report need Jinja.
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in ("duration", "number", "percent", "score", "signed"):
        environment.filters[name] = getattr(words, name)
    environment.tests["lopsided"] = words.is_lopsided
    return environment
